"""Word and OpenDocument letters become PDF: washed, converted and compared, each in a cage of its own."""
