"""What goes out, kept: drafts, what was approved and what was issued."""
