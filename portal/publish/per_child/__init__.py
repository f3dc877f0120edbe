"""One letter for each child: given in one go, sorted, judged piece by piece, and put right by a person."""
