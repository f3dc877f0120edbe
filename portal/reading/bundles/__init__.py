"""What holds many documents at once: a zip of files, a PDF of many letters."""
