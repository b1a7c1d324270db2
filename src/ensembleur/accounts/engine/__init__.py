"""What accounts compute without a database: perimeters and who may appoint whom."""
