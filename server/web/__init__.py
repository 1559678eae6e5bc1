"""The pages people use: public pages, boards, and the small forms of the signed-in."""
