"""Occupations, skills, regions, sectors and levels by their standards, with labels by language."""
