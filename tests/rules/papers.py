"""Papers that schools print every day, which name no family, and lists of families as people type them."""

from collections.abc import Iterable

CHILDREN = [
    "Ana Rivera", "Ben Okafor", "Chloé Dubois", "Minh Trần", "José Cruz", "Emma O'Neil", "Liam Kowalski", "Aisha Khan",
    "Noah Schmidt", "Sofia Rossi", "Yusuf Demir", "Lan Nguyễn",
]  # fmt: skip
STAFF = [
    ("Maria Lopez", "Principal"), ("John Baker", "Assistant Principal"), ("Ann Smith", "3rd Grade Teacher"),
    ("Tom Hill", "School Nurse"), ("Eva Stone", "Counselor"), ("Paul Reed", "Kindergarten"), ("Joy Lin", "Art"),
    ("Sam Ortiz", "Custodian"), ("Lea Weber", "Grade 5"), ("Max Frank", "Librarian"),
]  # fmt: skip
SCHOOLS = ["Oak Ridge", "Elm Grove", "Pine Hill", "Martin Luther King", "Billy Graham", "Cotswold Park", "Myers Park"]
CAMPS = [
    "Junior Chefs",
    "Lego Robotics",
    "Young Rembrandts",
    "Mad Science",
    "Soccer Shots",
    "Chess Wizards",
    "Code Ninjas",
]
CARE = [
    "Bright Horizons", "Teddy Bear Daycare", "Little Learners", "YMCA of Charlotte", "Kids R Us #3", "Primrose School",
]  # fmt: skip
DISHES = ["Veggie Burger", "Turkey Wrap", "Fruit Cup", "Pad Thai", "Greek Salad", "Mac Cheese"]
SNACKS = ["Animal Crackers", "Graham Crackers", "Goldfish Crackers", "Rice Cakes", "Fruit Snacks", "Granola Bars"]
BOARD = ["President", "Vice President", "Treasurer", "Secretary", "Fundraising", "Membership", "Events", "Yearbook"]
HELP = ["Poison Control", "Child Abuse Hotline", "Crisis Text", "Dental Clinic", "Oak Health"]


def rows(head: str, pattern: str, who: Iterable[str] = CHILDREN, apart: str = "\n\n") -> str:
    """One row for each name; `n` counts them, and `phone`, `last` and `mail` go with the name."""
    lines = [
        pattern.format(
            name=name, first=name.split()[0], last=name.split()[-1], n=n, phone=f"704-555-01{n:02}",
            grade=n % 5 + 1, mail=name.replace(" ", ".").lower(), post=BOARD[n % len(BOARD)],
        )
        for n, name in enumerate(who, start=1)
    ]  # fmt: skip
    return apart.join([head, *lines] if head else lines)


def staff(head: str, pattern: str, apart: str = "\n\n") -> str:
    """One row for each of the staff with their post."""
    return apart.join([head, *(rows("", pattern.replace("{post}", post), [name]) for name, post in STAFF)])


PEOPLE = [
    "Ana Rivera", "Ben Okafor", "Chloé Dubois", "Minh Trần", "José de la Cruz", "Emma O'Neil", "Liam Kowalski-Berg",
    "Aisha Khan", "Noah Schmidt", "Sofia Rossi", "Yusuf Demir", "Lan Nguyễn",
]  # fmt: skip
EVERYDAY = {
    "a staff directory": staff("Name\tTitle\tRoom\tE-mail", "{name}\t{post}\t10{n}\t{mail}@oak.k12.nc.us"),
    "staff without titles": rows("Name\tGrade\tPhone\tE-mail", "{name}\t{grade}\t{phone}\t{mail}@oak.k12.nc.us"),
    "staff without a head": staff("", "{name}, {post}, Room 10{n}, {phone}, {mail}@oak.org"),
    "staff with posts alone": staff("", "{name}\t{post}\t{phone}"),
    "staff in lines": staff("Our school", "{name} {post} {phone} {mail}@oak.org", "\n"),
    "staff with titles before names": rows("Teacher\tGrade\tPhone", "Ms. {name}\t{grade}\t{phone}"),
    "staff one below the other": staff("", "{name}\n{post}\n{phone}\n{mail}@oak.org"),
    "teachers and their grades": rows("Teacher\tGrade\tRoom", "{name}\t{grade}\t10{n}"),
    "teachers as cards": rows("", "Name: {name}\nPhone: {phone}\nE-mail: {mail}@oak.org\nRoom: 10{n}"),
    "a German staff list": rows("Name\tFunktion\tRaum\tTelefon", "{name}\tLehrerin\tRaum 1{n}\t0431 5501{n}"),
    "German teachers": rows("Name\tFach\tKlasse\tE-Mail", "{name}\tMathe\t{grade}a\t{mail}@schule.de"),
    "a Spanish staff list": rows("Nombre\tCargo\tAula\tTeléfono", "{name}\tMaestra\tAula {n}\t{phone}"),
    "Spanish teachers": rows("Docente\tGrado\tCorreo", "{name}\t{grade}\t{mail}@escuela.org"),
    "a French staff list": rows("Nom\tFonction\tTéléphone", "{name}\tProfesseur\t01 23 45 67 {n}8"),
    "a Vietnamese staff list": rows("Họ tên\tChức vụ\tĐiện thoại", "{name}\tGiáo viên\t0912 345 61{n}"),
    "staff birthdays": rows("Staff\tBirthday", "{name}\tMay {n}"),
    "coaches": rows("Sport\tCoach\tPhone\tGrades", "Soccer\t{name}\t{phone}\t6-8"),
    "drivers": rows("Driver\tRoute\tPhone", "{name}\t{n}\t{phone}"),
    "room parents": rows("Room parent\tTeacher\tE-mail", "{name}\tMs. Lee\t{mail}@gmail.com"),
    "board members": rows("Board member\tDistrict\tE-mail", "{name}\tDistrict {n}\t{mail}@gmail.com"),
    "the board in lines": rows("", "{name}, {post}, {mail}@gmail.com", apart="\n"),
    "the board of the parents": rows("Position\tName\tE-mail", "{post}\t{name}\t{mail}@gmail.com"),
    "legislators": rows("Name\tDistrict\tPhone\tE-mail", "{name}\t{n}\t{phone}\t{mail}@ncleg.gov"),
    "a menu": rows("Day\tDish\tAllergens", "{name}\tFish Tacos\tmilk, wheat\t$3.50", ["Monday", "Friday"] * 6),
    "dishes by name": rows("Name\tAllergens\tPrice", "{name}\tpeanuts, dairy\t$2.50", DISHES * 2),
    "snacks for those with allergies": rows("Product\tContains\tPeanut allergy", "{name}\tmilk, egg\tyes", SNACKS),
    "a fee schedule": rows("Grade\tProgram\tFee\tDue", "{n}\tAfter School Care\t${n}0.00\t9/{n}/2025"),
    "camps and their fees": rows("Camp\tGrades\tDates\tFee", "{name}\t{grade}\t6/{n}/2025\t${n}50", CAMPS),
    "camps by name": rows("Name\tAges\tFee", "{name}\t{n}\t${n}50", CAMPS),
    "camps with a telephone": rows("Camp name\tAges\tFee\tPhone", "{name}\t{n}\t${n}50\t{phone}", CAMPS),
    "child care": rows("Name\tAddress\tPhone", "{name}\t{n} Main Street\t{phone}", CARE),
    "a supply list": rows("", "Grade {n}\tCrayola Markers\t{n} boxes\t$4.00\nGrade {n}\tComposition Books\t5"),
    "a bus schedule": rows("Stop\tTime", "Oak Street & Main\t7:1{n} AM\t{n}"),
    "fixtures": rows("Date\tOpponent\tTime\tPlace", "9/{n}/2025\tOak Ridge\t4:00 PM\tHome"),
    "a calendar": rows("", "{n}/15/2025\tNo School\tTeacher Workday"),
    "a timetable": rows("Time\tMon\tTue\tWed", "{n}:00\tMath\tMs. Ana Lopez\tRoom 12"),
    "testing days": rows("Grade\tTest\tDate", "{grade}\tEnd Of Grade Reading\t5/{n}/2025"),
    "a blank sign-up sheet": rows("Child's name\tGrade\tPhone\tAllergies", "{n}\t____\t____\t____"),
    "a blank form": "Child's name: ________ Grade: ____\nParent phone: (___) ___-____\nAllergies: ______\n" * 8,
    "a form for one child": "Child's name: Ana Rivera\nGrade: 3\nDate of birth: 3/4/2015\nAllergies: peanuts\n"
    "Emergency contact: Maria Rivera\nPhone: 704-555-0100\nEmergency contact: Paul Rivera\nPhone: 704-555-0101",
    "an account of one child": rows("Child\tMonth\tFee\tPaid", "Ana Rivera\t9/{n}/2025\t$40.00\tpaid"),
    "who may fetch one child": rows("Name\tRelationship\tPhone", "{name}\taunt\t{phone}", CHILDREN[:4]),
    "vocabulary": rows("Word\tMeaning", "la manzana {n}\tthe apple"),
    "books": rows("", "The Lost Book {n}\t{name}\t{grade}"),
    "books with a head": rows("Title\tAuthor\tGrade", "The Lost Book {n}\t{name}\t{grade}"),
    "the program of a concert": rows("", "{name}, violin, Sonata No. {n}", apart="\n"),
    "results of a race": rows("Place\tName\tTeam\tTime", "{n}\t{name}\tOak\t0:3{n}.12"),
    "offices": rows("School\tPhone", "{name} Elementary School\t{phone}"),
    "schools": rows("School name\tGrades\tPhone\tAddress", "{name}\tK-5\t{phone}\t{n} Oak Street", SCHOOLS),
    "schools without a head": rows("", "{name}\tK-5\t{phone}\t{n} Oak Street", SCHOOLS),
    "sites": rows("Site\tCoordinator\tPhone\tGrades", "Oak Ridge\t{name}\t{phone}\tK-5"),
    "help lines": rows("", "{name}: 1-800-222-121{n}", HELP, "\n"),
    "a bibliography": rows("", "{name} (2015). The Children's Book of Allergies, {n}, 100-120.", apart="\n"),
    "doctors": rows("", "Dr. {name}\tPediatric Dentistry\t12 Oak Street\t{phone}"),
    "an invoice": rows("Item\tNumber\tPrice\tAmount due", "Blue Pencils\t{n}\t$3.00\t$6.00"),
    "a medication policy": "Medication may be given at school only with a form signed by parent and doctor, name and\n"
    "birth date on it, in the original box; inhalers, epi pens, and insulin stay with the nurse, 704-555-0100.\n" * 20,
    "presidents": rows("Name\tBorn", "{name}\tFeb {n}, 18{n}0"),
    "names alone": "Honor roll\n" + "\n".join(CHILDREN),
}  # fmt: skip

LISTS = {
    "a waiting list": rows("#\tChild\tGrade\tApplied", "{n}\t{name}\t{grade}\t5/{n}/2025"),
    "phones, allergies, fees": rows("Name\tPhone\tAllergies\tFees", "{name}\t{phone}\tnone\t$40"),
    "a head in an unknown language": rows("Jina\tDarasa\tSimu\tMzio", "{name}\t{grade}\t{phone}\tpeanuts"),
    "names, addresses and phones": rows("Name\tAddress\tPhone", "{name}\t{n} Elm Street\t{phone}"),
    "student numbers and balances": rows("Student ID\tLast\tFirst\tBalance", "1000{n}\t{last}\t{first}\t$12.50"),
    "a medication log": rows("Medication log", "{name}, Room {n}, albuterol inhaler, {phone}", apart="\n"),
    "birth dates in lines": rows("", "{name} born {n} March 2016, mother {phone}", apart="\n"),
    "bullets": rows("", "• {name} (Grade {grade}) – allergic to peanuts – {phone}", apart="\n"),
    "who owes what": rows("Family\tChild\tAmount owed", "{last}\t{name}\t${n}0.00"),
    "Markdown": rows("| Child | Grade | Allergies |\n|---|---|---|", "| {name} | {grade} | none |", apart="\n"),
    "JSON": rows("", '{{"name": "{name}",\n"grade": "{n}",\n"phone": "{phone}",\n"allergies": "none"}}', apart=",\n"),
    "sentences": rows("", "{n}. {name}'s parents owe $40 and can be reached at {phone}.", apart="\n"),
    "address cards": rows("", "BEGIN:VCARD\nFN:{name}\nTEL:{phone}\nBDAY:2015-03-04\nEND:VCARD", apart="\n"),
    "initials": rows("Student\tGr\tPhone\tPd", "{last}, {first}\t{grade}\t{phone}\tY"),
    "marks for yes": rows("Child\tPeanuts\tDairy\tPaid", "{name}\tx\t\tx"),
    "given names alone": rows("Child's first name\tGrade\tParent phone", "{first}\t{grade}\t{phone}"),
    "two names with labels": rows("", "Last name: {last}\nFirst name: {first}\nGrade: {grade}\nPhone: {phone}\n"),
    "names over the rest": rows("", "{name}\nGrade {grade}\nParent: Maria {last} {phone}\nAllergies: none\n"),
    "a cell on each line": rows("Child\nPhone\nAllergies", "{name}\n{phone}\nnone", apart="\n"),
}  # fmt: skip
