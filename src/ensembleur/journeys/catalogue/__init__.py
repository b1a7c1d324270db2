"""Published content: questionnaires and measures, with their version and provenance."""
