"""What is computed about aids: eligibility with reasons, amounts, the next question. No Django here."""
