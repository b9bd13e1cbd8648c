"""Every event there is, by the stage that says it."""
