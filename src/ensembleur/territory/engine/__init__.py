"""What is computed about places, companies and their activities; no Django here."""
