"""What several edges need of the disk."""
