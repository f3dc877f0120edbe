"""A letter as schools send it home: one page, some 300 words."""

from tests.letter_files import pdf_of

_WORDS = """Dear families,

We are pleased to welcome your child to the After School Enrichment
Program. It begins on Monday, 7 September, and runs each school day
until six in the evening. Please read this page to the end, and keep it.

Arrival. Children come to the program room straight from class. A member
of the staff takes attendance at 2:45 pm. If your child will not attend,
tell the office before noon, so that nobody looks for them in vain.

Pick-up. Only those whom you named on the enrolment form may pick your
child up. Bring a photo identification on the first days. A child who is
not picked up by 6:10 pm waits in the office, and we call every number
that you gave us.

What to bring. A water bottle and a light jacket, shoes for the
playground, and a snack without nuts. Please put your child's name on
everything. Leave toys and telephones at home.

Health. Tell us of allergies and of medicines that your child takes. We
give no medicine without the form that the nurse keeps. A child with a
fever stays at home until the day after it is gone.

Homework. There is a quiet hour from three to four. We help, but we do
not check that everything is done. Please look at the folder each night.

Fees. The first payment is due on 15 September. If this is hard for you,
talk to us: there are places that cost nothing, and nobody is told.

Meeting. We invite you to an evening on Thursday, 10 September, at half
past six in the library. There will be interpreters, and somebody who
looks after the children meanwhile.

We look forward to a good year with you."""
ONE_PAGE = pdf_of(_WORDS)
