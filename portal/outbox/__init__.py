"""What is to be mailed, once each: notices to guardians, and messages to staff."""
