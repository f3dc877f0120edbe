"""What the cells of a head say: names and nothing else, or what is kept about those who bear them and nothing else.

In the lists below `_` stands for a blank or nothing, and `*` for any ending.
"""

import re
from typing import Final, NamedTuple

from portal.guard.shape_terms import Terms

_CHILD: Final = """
    student* pupil pupils child children childs kid kids camper campers scholar scholars learner learners
    toddler* kiddo kiddos patient patients girl girls boy boys sibling siblings son_daughter enrollee
    enrollees infant infants baby babies youth youths teen teens preschooler* kindergartner* stu estudiante
    estudiantes alumno alumnos alumna alumnas nino ninos nina ninas hijo hijos hija hijas eleve eleves leleve
    enfant enfants lenfant schuler schulerin schulerinnen kind kinder kindes hoc_sinh tre_em be aluno alunos
    aluna alunas crianca criancas alunno alunni alunna alunne bambino bambini bambina bambine uczen uczennica
    uczniowie dziecko dzieci ученик ученики ученица ребенок дети الطالب الطالبة الطلاب الطفل الاطفال 学生 學生 孩子
    儿童 학생 아동
"""
_FIRST: Final = """
    first given forename fname nombre nombres prenom prenoms vorname nome imie ten имя الاسم 名
"""
_LAST: Final = """
    last surname family lname apellido apellidos nom noms nachname familienname cognome sobrenome ho nazwisko
    фамилия 姓
"""
_NAME: Final = f"""
    {_FIRST} {_LAST} name names full legal preferred middle initial completo va nomes фио اسم 姓名 名字 이름 성명
"""
_BETWEEN: Final = "of the s and de del della do da dos das la le l d des der und y e et i и"
_PRIVATE: Final = """
    allergy allergies allergic* allergen* medication* meds medical_need* medical_info* medical_alert*
    medical_concern* diagnos* special_need special_needs lunch_status lunch_code lunch_eligibility cannot_eat
    meal_status meal_code meal_benefit* frl f_r free_reduced free_and_reduced free_or_reduced custody
    custody_arrangement* custody_order* restraining_order* do_not_release_to dietary_restriction* dietary_need*
    special_diet* food_restriction* health_concern* health_alert* health_need* password passwords fee_owed
    fees_owed amount_owed amount_due balance_due past_due owes alergia* medicamento* medicacion enfermedad
    enfermedades necesidades_especiales custodia allergie allergien medicament* medikament* forderbedarf di_ung
    benh remedio* medicacao intolleran* alergi* leki аллерги* лекарств* диагноз* حساسية الحساسية ادوية الادوية مرض
    过敏 過敏 药物 疾病 알레르기 약물 질병
"""
_EXPORTED: Final = """
    iep ieps 504 section_504 sp_ed lunch absences days_absent tardies suspensions suspended gpa test_score*
    reading_level* homeless foster_care balance balances unpaid fee fees street street_address home_address
    mmr varicella tdap immunization* immunisation* dob date_of_birth
"""
_KEPT: Final = """
    special_ed special_education epi_pen* epipen* inhaler* medicine* medical_condition* medical_issue*
    medical_note* health_condition* health_issue* dx exemption* exempt free_lunch reduced_lunch
    owed paid tuition address mailing_address home_language primary_language native_language
    language_at_home language_spoken ethnicity race_ethnicity ethnicity_race immigration_status
    country_of_birth disabilit* accommodation* ell ell_status ell_level esl el_status discipline_referral*
    behavior_plan* behavior_note* behavior_incident* incident* referral* offense offenses infraction* detention*
    consequence* medicaid insurance vaccin* shots citizenship mckinney_vento debt economically_disadvantaged
    speech_services social_worker counsel*ing therapy counselor_note* lives_with birthday* birth_date* birthdate*
    parent guardian legal_guardian parent_guardian parents_guardians parent_name* mother_name* father_name*
    guardian_name* emergency_contact* authorized_pick_up authorized_pickup pick_up_person* pickup_person*
    who_may_pick_up username user_name login pin combination locker_combination physical physicals order_on_file
    direccion domicilio saldo saldos adeudo idioma_en_casa lengua_materna discapacidad faltas ausencias
    almuerzo_gratis medicina* acudiente tutor_legal adresse adresses langue_maternelle handicap traitement*
    regime_alimentaire boursier* responsable_legal anschrift muttersprache behinderung* diagnose* fehltage
    fehlzeiten erziehungsberechtigte* dia_chi phu_huynh hoan_canh endereco encarregado responsavel mensalidade*
    assenze farmaci indirizzo genitori genitore chorob* adres rodzic rodzice nieobecnosci адрес* пропуски родител*
    العنوان ولي_الامر 药 地址 住址 家长 家長 缺勤 약 주소 부모 보호자 결석
"""
_WHOLE: Final = "medical condition conditions"
"""What is of too many kinds to be told where anything stands beside it, as in "medical school"."""
_FILLERS: Final = """
    food foods notes note need needs concern concerns condition conditions issue issues status code plan plans info
    information list known other yes no n any and or of the amount home mailing current type types details comments
    this year total due at_school severe name names s y o de und et e des der do student students child children
"""
_GRADE: Final = "grade grades grade_level gr homeroom klasse classe grado curso turma"


def _any_of(listed: str) -> str:
    words = sorted(set(listed.split()), key=len, reverse=True)
    return "|".join(word.replace("*", r"\w*").replace("_", " ?") for word in words)


class Saying(NamedTuple):
    """What tells whether all of a folded cell without marks is some words, and fillers around and between them.

    No word is looked at twice: some are others in one, and a cell may hold any number of them.
    """

    all_of: re.Pattern[str]
    some: re.Pattern[str]
    whole: re.Pattern[str]

    @classmethod
    def of(cls, words: str, fillers: str, whole: str = "") -> "Saying":
        """Take the words, and those that are one by themselves alone."""
        every = re.compile(rf"(?>(?:{_any_of(f'{words} {fillers}')})(?: |\Z))++")
        return cls(every, re.compile(rf"\b(?:{_any_of(words)})(?= |\Z)"), re.compile(_any_of(whole) or r"(?!)"))

    def is_said(self, cell: str) -> bool:
        """Whether a cell says that and nothing else."""
        return bool((self.all_of.fullmatch(cell) and self.some.search(cell)) or self.whole.fullmatch(cell))


NAMING: Final[Terms[str]] = Terms([("naming", f"{_CHILD} {_NAME} participant* athlete* player* dancer*")])
"""Every head has one of these words: told faster than what its cells say."""
CHILDREN: Final = Saying.of(_CHILD, _NAME + _BETWEEN)
"""A cell under which names of children stand, and none of what they have or do."""
NAMES: Final = Saying.of(f"{_NAME} participant participants athlete athletes player players dancer dancers", _BETWEEN)
"""One under which names stand, whoever they are."""
FIRST: Final = Saying.of(_FIRST, f"{_NAME} {_BETWEEN}")
LAST: Final = Saying.of(_LAST, f"{_NAME} {_BETWEEN}")
"""One under which given names stand, and one of family names."""
GRADES: Final = Saying.of(_GRADE, _FILLERS)
PRIVATE: Final = Saying.of(_PRIVATE, _FILLERS)
"""One of what is private whoever bears the name: what ails them, what they may not eat, owe or sign in with."""
EXPORTED: Final = Saying.of(f"{_PRIVATE} {_EXPORTED}", _FILLERS)
"""One that stands beside names in two cells, or beside a grade, where a school's database gave them out."""
KEPT: Final = Saying.of(f"{_PRIVATE} {_EXPORTED} {_KEPT}", _FILLERS, _WHOLE)
"""One of what is kept about children, and about many others as well."""
