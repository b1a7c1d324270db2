"""Communes, companies and establishments: the register, its search and its pages."""
