"""What somebody sees and changes of their own access, under `/settings`."""
