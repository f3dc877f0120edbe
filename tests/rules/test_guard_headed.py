"""Given names below a head of their family's name, and stacked names: one way for all that carries them."""

from tests.rules.guarded import each, named


@each(
    "### Whitcombe\n\n- Oliver, swimming\n- Mia, drive",
    "Whitcombe\n\nOliver, Mia",
    "Whitcombe\n\nMia, Oliver",
    "Whitcombe\n\nOliver (3B)",
    "Whitcombe\n\nOliver - swimming",
    "Whitcombe\n3B\nOliver",
    "Whitcombe\n\nReader\tOliver",
)
def test_a_given_name_is_found_that_an_item_below_its_family_begins_with(text: str):
    assert named(text) == {"oliver"}


@each(
    "Day\tDish\tWhitcombe\n\nMon\tSoup\tOliver\n\nTue\tRice\t",
    "Lunch\n\nDay\tDish\tWhitcombe\n\nMon\tSoup\t\n\nTue\tRice\tOliver",
    "Bus\tStop\tWho\n\n1\tElm\tWhitcombe\n\n\t\tOliver",
    "Lunch\n\nDay\tDish\n\n\t\tOliver\n\n\t\tWhitcombe",
)
def test_a_name_is_found_whose_halves_stand_below_each_other_in_a_column(text: str):
    assert named(text) == {"oliver"}


@each("Oliver\n3B\nWhitcombe", "Dear all,\n\nOliver\ngrade 3\nWhitcombe\n\nKind regards", "Oliver\n\n12\n\nWhitcombe")
def test_a_class_may_stand_between_two_lines_of_a_name(text: str):
    assert named(text) == {"oliver"}


@each("Pupil\n\nOliver\n\nWhitcombe", "Who\tRoom\n\nName\t\n\nWhitcombe\t\n\nOliver\t")
def test_a_label_above_two_lines_makes_no_list_of_them(text: str):
    assert named(text) == {"oliver"}


@each(
    "Day\tDish\tRivera\n\nMon\tSoup\tOliver",
    "1\tElm\tWhitcombe\n\n2\tOak\tOliver",  # each row is somebody else
    "Day\tDish\tWhitcombe Hall\n\nMon\tSoup\tOliver",
    "Day\tDish\tWhitcombe\n\nMon\tOliver\tSoup",
    "Day\tDish\tWhitcombe\n\nMon\tSoup\tMenu\n\nTue\tRice\tOliver",
    "1\tOliver\n\n2\tWhitcombe",
    "Whitcombe\n\nBus\tStop\tOliver",
    "Whitcombe\n\nMenu, drinks\nOliver, swimming",
    "Oliver\nMenu\nWhitcombe Hall",
    "Pupil\n\nOliver\n\nWhitcombe\n\nMia",  # a list
    "Hunter\n\nOwen, Oliver",
)
def test_other_columns_and_lines_name_nobody(text: str):
    assert named(text) == set()
