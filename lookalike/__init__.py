"""Score leads by the past deals they resemble; every score is a sum over named deals."""
