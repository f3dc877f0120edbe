"""Connected components of a picture, their bounding boxes, and which of them stand in lines of text."""
