"""What the cells of a head say, each as a pattern for the whole of a folded cell without its marks.

In the lists below `_` stands for a blank and `*` for any ending.
"""

import re
from typing import Final

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
_NAME: Final = """
    name names full first last legal preferred given family middle initial surname forename fname lname nombre
    nombres apellido apellidos completo nom noms prenom prenoms vorname nachname familienname ho_va_ten ho_ten
    ho ten nome nomes cognome sobrenome imie nazwisko имя фамилия фио اسم الاسم 姓名 名字 名 姓 이름 성명
"""
_BETWEEN: Final = "of the s and de del della do da dos das la le l d des der und y e et i и"
_PRIVATE: Final = """
    allergy allergies allergic* allergen* medication* meds medicine* medical_need* medical_condition*
    medical_info* medical_alert* medical_note* medical_issue* medical_concern* diagnos* dx epi_pen* epipen*
    inhaler* iep ieps 504 section_504 sped sp_ed special_ed special_education special_need special_needs
    lunch_status lunch_code lunch_eligibility cannot_eat meal_status meal_code meal_benefit* frl free_reduced
    free_and_reduced free_or_reduced free_lunch reduced_lunch custody dietary_restriction* dietary_need*
    special_diet* food_restriction* health_concern* health_condition* health_alert* health_issue* health_need*
    alergia* medicamento* medicina* medicacion enfermedad enfermedades necesidades_especiales custodia
    allergie allergien allergies medicament* traitement* regime_alimentaire medikament* diagnose* forderbedarf
    di_ung benh remedio* medicacao intolleran* farmac* alergi* leki chorob* аллерги* лекарств* диагноз* حساسية
    الحساسية ادوية الادوية مرض 过敏 過敏 药物 药 疾病 알레르기 약물 질병 약 f_r custody_arrangement* custody_order*
    custody_note* restraining_order* do_not_release_to mmr varicella tdap immunization* immunisation*
    exemption* exempt password passwords fee_owed fees_owed amount_owed amount_due balance_due balance
    balances past_due owed owes unpaid
"""
_KEPT: Final = """
    paid fee fees tuition address home_address street_address mailing_address home_language primary_language
    native_language language_at_home language_spoken ethnicity race_ethnicity ethnicity_race religion
    immigration_status country_of_birth disabilit* accommodation* ell ell_status esl el_status absences
    days_absent tardies suspensions discipline discipline_referral* offense offenses infraction* detention*
    suspended consequence* behavior behavior_plan* behavior_note* behavior_incident* gpa test_score*
    reading_level* medicaid insurance shots citizenship birthplace foster mckinney_vento incident* referral*
    debt absent_days legal_guardian economically_disadvantaged speech_services ell_level mom dad weight
    social_worker counsel?ing therapy homeless foster_care lives_with birthday* birth_date* birthdate* dob
    date_of_birth parent parents guardian guardians parent_guardian parents_guardians mother father
    emergency_contact* authorized_pick_up authorized_pickup pick_up_person* pickup_person* who_may_pick_up
    direccion domicilio saldo saldos adeudo idioma_en_casa lengua_materna discapacidad faltas ausencias
    almuerzo_gratis madre padre padres acudiente tutor_legal adresse adresses langue_maternelle handicap
    boursier* responsable_legal anschrift muttersprache behinderung* fehltage fehlzeiten eltern
    erziehungsberechtigte* dia_chi phu_huynh hoan_canh endereco encarregado responsavel mensalidade* assenze
    indirizzo genitori genitore adres rodzic rodzice nieobecnosci адрес* пропуски родител* العنوان ولي_الامر
    地址 住址 家长 家長 缺勤 주소 부모 보호자 결석 username user_name login pin
    combination locker_combination counselor_note* vaccin* height bmi physical physicals order_on_file street
"""
_WHOLE: Final = "medical health condition conditions diet language el"
"""What is of too many kinds to be told where anything stands beside it: medical schools, a language club."""
_FILLERS: Final = """
    food foods notes note need needs concern concerns condition conditions issue issues status code plan plans
    info information list known other yes no n any and or of the amount home mailing current type types
    details comments this year total due owed at_school severe name names s y o de und et e des der do
"""


def _any_of(listed: str) -> str:
    words = sorted(set(listed.split()), key=len, reverse=True)
    return "|".join(word.replace("?", ".?").replace("*", r"\w*").replace("_", " ?") for word in words)


def _all_of(words: str, fillers: str, whole: str = "") -> re.Pattern[str]:
    """Return what matches some of the words with fillers around and between them, and a `whole` one by itself."""
    some, filler = _any_of(words), _any_of(fillers)
    alone = f"|{_any_of(whole)}" if whole else ""
    return re.compile(rf"(?:(?:{filler}) )*(?:{some})(?: (?:{filler}|{some}))*{alone}")


NAMING: Final[Terms[str]] = Terms([("naming", f"{_CHILD} {_NAME} participant* athlete* player* dancer*")])
"""Every head has one of these words: told faster than what its cells say."""
CHILDREN: Final = _all_of(_CHILD, _NAME + _BETWEEN)
"""A cell under which names of children stand, and none of what they have or do."""
NAMES: Final = _all_of(f"{_NAME} participant participants athlete athletes player players dancer dancers", _BETWEEN)
"""One under which names stand, whoever they are."""
PRIVATE: Final = _all_of(_PRIVATE, _FILLERS)
"""One of what is kept about nobody but children, patients and guests: what ails them, what they may not eat."""
KEPT: Final = _all_of(_PRIVATE + _KEPT, _FILLERS, _WHOLE)
"""One of what is kept about children, which other people have as well."""
