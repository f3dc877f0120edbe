"""Looking at letters: pages as pictures, previews, each child's letter and its fixes, stopped files, corrections."""
