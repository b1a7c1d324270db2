"""The annual report: one plain structure, told once in words, then drawn as PDF, as a page and as a data package."""
