"""What places outside this machine are told regularly: that all is well, and the trail's head."""
