"""What office files draw: media, bitmaps, Windows metafiles, the drawing layer of legacy workbooks."""
