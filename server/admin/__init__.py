"""The pages that staff use."""
