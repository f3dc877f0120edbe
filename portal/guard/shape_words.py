"""The words by which a list of people is told: what its columns are called, and what its cells say.

All are folded (see `portal.guard.words.fold`). English, Spanish, French, German, Vietnamese, Portuguese and the
commonest of Italian, Polish, Russian, Arabic, Chinese and Korean. In the lists below `_` stands for a blank, a
hyphen, an underscore or nothing, `?` for any letter and `*` for any ending.
"""

import re
from typing import Final, Literal

from portal.guard.shape_terms import Terms
from portal.guard.words import fold

Kind = Literal[
    "name", "child", "guardian", "birth", "health", "fee", "number", "support",
    "grade", "class", "phone", "email", "home", "address", "staff",
]  # fmt: skip
"""What a column tells. `child` is the name of a child, `staff` whatever only people at work have (a title, a room),
`home` a mail address of the kind that people have for themselves, `class` a grade that is more than a figure (4B)."""

HARD: Final[frozenset[Kind]] = frozenset(("guardian", "birth", "health", "fee", "support"))
"""What is kept about children and their families, but stands in no directory of a school's own people."""


_NO_CHILD: Final = (
    r" (?:regards?|words?|wishes|(?<=kind )of"
    r"|services?|support|care|council|nutrition|affairs|union|handbook|life|activit\w+|success|health|welfare"
    r"|development|center|centre|helpline|hotline|records|workers?|transport\w*)"
)
_HEADS: Final[tuple[tuple[Kind, str], ...]] = (
    (
        "child",
        """
        student* pupil* participant*
        child children childs kid kids camper campers alumn* estudiante* nino* nina* hijo hija hijos
        hijas menor eleve eleves leleve enfant* lenfant etudiant* schuler schulerin schulers schueler* schulername
        kind kinder kindes kindername
        hoc_sinh ten_tre ten_be ten_con tre_em crianca* aluno* aluna* alunn* bambin* figlio figlia dziecko
        uczen uczennica ученик* ребен* الطالب الطفل 学生 學生 孩子 학생
        """,
    ),
    (
        "name",
        """
        fn name names surname surnames forename forenames fname lname first last firstname lastname nombre nombres
        apellido apellidos nom noms prenom prenoms vorname nachname zuname familienname ho_ten ho_va_ten ten sobrenome
        nome cognome imie nazwisko имя фамили* фио الاسم اسم 姓名 名字 이름 성명
        """,
    ),
    (
        "guardian",
        """
        parent parents guardian guardians mother* father* mom moms mum dad caregiver* emergency_contact* relationship
        tutor_legal madre madres padre padres acudiente* apoderad* contacto_de_emergencia parentesco mere meres pere
        peres responsable_legal responsables_legaux representant_legal personne_a_prevenir eltern*
        erziehungsberechtigt* sorgeberechtigt* mutter* vater* notfallkontakt* phu_huynh nguoi_giam_ho cha_me bo_me
        encarregad* responsavel mae pai genitor* rodzic* opiekun родител* опекун* мать отец ولي
        家长 家長 父母 监护 부모 보호자
        """,
    ),
    (
        "birth",
        """
        bday birth* date_of_birth dob d.o.b born nacimiento fecha_nac* cumpleanos naissance nee_le ne_le geburt*
        geboren
        geb ngay_sinh nascimento nascita urodzenia рожден* الميلاد 出生 生日 생년월일
        """,
    ),
    (
        "health",
        """
        allergy allergies allergic allergie allergia* allergien alergi* di_ung medication* medical medicine* meds
        medicamento* medicacion medicament medicaments medikament* medicacao thuoc health* salud sante krankheit*
        gesundheit* suc_khoe benh epipen* inhaler* asthma diagnosis dietary unvertraglichkeit* intoleran* lekarstwa
        аллерг* лекарств* حساسية الحساسية أدوية 过敏 過敏 药 알레르기 약물
        """,
    ),
    (
        "fee",
        """
        fee fees paid unpaid payment* balance balances owe owes owed owing amount_due outstanding overdue tuition
        cuota cuotas pagado pagos pago saldo saldos debe adeudado frais paye payes payee solde reglement gebuhr*
        gebuehr* bezahlt beitrag offen hoc_phi da_dong da_nop da_tra con_no taxa taxas quitado pagato oplat* zaplacon*
        оплат* задолж* الرسوم مدفوع 费用 費用 缴费 已付 납부
        """,
    ),
    (
        "support",
        """
        custody iep 504 ell lunch_status lunch_code free_reduced pick_up_person authorized_pick_up pickup custodia
        sorgerecht garde ethnicity race immunization* vaccin* disabilit* insurance abholberechtigt*
        """,
    ),
    (
        "number",
        """
        id ids student_no student_number pupil_no pupil_number matricula matricule schulernummer ma_so ma_hs mahs ssn
        学号 學號 학번
        """,
    ),
    (
        "grade",
        """
        grade grades class classes classroom homeroom yr year year_group age ages grado grados curso edad clase niveau
        classe classes klasse klassen stufe jahrgang alter lop khoi tuoi serie turma idade klasa wiek класс* возраст
        الصف 班级 班級 年级 年級 학년
        """,
    ),
    (
        "phone",
        """
        phone phones telephone* tel cell mobile mobil telefon* celular movil portable handy* dien_thoai sdt so_dt
        cellulare телефон* هاتف الهاتف جوال 电话 電話 手机 전화 연락처
        """,
    ),
    (
        "email",
        """
        email emails e_mail e_mails mail correo* courriel* thu_dien_tu почт* بريد البريد 邮箱 电邮 이메일
        """,
    ),
    (
        "address",
        """
        address addresses street zip postal_code direccion* domicilio* adresse adresses anschrift wohnort strasse plz
        dia_chi endereco indirizzo adres адрес* العنوان 地址 住址 주소
        """,
    ),
    (
        "staff",
        """
        title titles role roles position* room rooms rm ext extension department* dept subject subjects teacher*
        principal* staff employee* coach coaches instructor* provider* doctor* company agency organi?ation* office
        offices officer* vendor* faculty board member members committee counselor* website coordinator* director*
        volunteer* cargo puesto maestr* docente* profesor* directora aula oficina fonction* poste professeur*
        enseignant* salle bureau directeur directrice funktion amt lehrer* lehrkraft* raum zimmer fach schulleit*
        owner* operator* licensee* proprietor* inhaber* propietari* proprietaire* proprietari*
        driver* route routes sponsor* contact contacts contacto artist* author* speaker* candidate* referee*
        sprechzeit* buro chuc_vu giao_vien phong professor* sala diretor*
        """,
    ),
)
HEADS: Final[Terms[Kind]] = Terms(_HEADS, but=("child", _NO_CHILD))
NAMED: Final[frozenset[Kind]] = frozenset(("child", "name", "guardian"))
"""Those that name someone."""
NAMED_HEADS: Final[Terms[Kind]] = Terms(
    ((kind, words) for kind, words in _HEADS if kind in NAMED), but=("child", _NO_CHILD)
)
NO_PERSONS: Final = re.compile(
    r"\b(?:camp|class|course|activity|program|school|team|item|club|product|company|business|book|event|site|street|file"
    r"|user|dish|medication|medicine|drug|provider|agency|facility|center) ?names?\b"
    r"|\b(?:names?|nombres?|noms?|nome) (?:of |de |del |des |du |de la |de l'|der |do |da )(?:the )?(?:camp|class"
    r"|course|activity|program|school|team|item|club|medication|medicamento|medicament|curso|programa|escuela|equipo"
    r"|cours|ecole|activite|actividad|kurses|schule|vereins|escola)\b"
)
"""Names that are not of people."""
NO_BIRTHS: Final = re.compile(
    r"\bbirth ?place\b|(?<!and )\bplace of birth\b|\bborn in\b|(?<!et )\blieu de naissance\b"
    r"|(?<!y )\blugar de nacimiento\b|\bgeburtsort\b"
)
"""Where, and not when: in lists of painters and presidents."""

SPOKEN: Final = re.compile(
    r"^\W*(?:dear|hello|hi|greetings|attention|estimad[oa]s?|querid[oa]s?|senor(?:es|as)|liebe[rn]?|sehr geehrte[rn]?"
    r"|chere?s?|bonjour|car[oa]s?|prezad[oa]s?|kinh gui|szanowni|drodzy|дорог\w+|уважаем\w+|шановн\w+"
    r"|السادة|اعزائي|尊敬的|亲爱的|親愛的|학부모님)\b"
    r"|\b(?:you|your|yours|usted|ustedes|vous|votre|vos|ihre?[mns]? kind\w*)\b"
)
"""What speaks to the reader: folded salutations, and words for you."""

_AT_WORK: Final = """
    mr mrs ms miss dr prof sr sra srta mme mlle frau herr teacher principal assistant nurse counsel* secretary coach
    director* president* treasurer chair chairman chairwoman chairperson vice trustee librarian custodian cafeteria
    manager coordinator therapist psychologist registrar superintendent specialist aide officer ext maestra maestro
    docente enfermer* secretari* tesorer* vocal professeur enseignant* infirmi* secretaire directeur directrice
    tresori* lehrer* leiter* schulleit* hausmeister krankenschwester sekretar* vorsitz* kassenwart giao_vien
    hieu_truong y_ta thu_ky md dds phd
"""
_PAID: Final = """
    paid unpaid owe owes owed owing overdue waived free_lunch reduced_lunch pagado pagada impagad* pendiente paye
    payee impaye* bezahlt unbezahlt offen da_dong da_nop da_tra chua_dong chua_nop chua_tra pago pagato zaplacono
    оплачено مدفوع 已付 已缴 납부
"""
_ILL: Final = """
    allergy allergies allergic allergie allergien allergique* allergisch* alergi* di_ung peanut* tree_nuts nut
    nuts shellfish dairy lactose gluten egg eggs bee_stings pollen
    penicillin asthma* inhaler epipen epi_pen adhd diabet* insulin epilep* seizure* eczema ritalin concerta adderall
    albuterol benadryl zyrtec cacahuete* mani nueces mariscos lacteos asma penicilina inhalador huevo* arachide* noix
    asthme penicilline oeufs fruits_de_mer erdnuss* nusse milch laktose penizillin hausstaub* dau_phong hai_san
    hen_suyen amendoim арахис астма 花生 哮喘 땅콩
"""
SAID: Final[Terms[Kind]] = Terms((("fee", _PAID), ("health", _ILL), ("staff", _AT_WORK)))
"""What stands in cells, and not above them."""
FREE_MAIL: Final = re.compile(
    r"@(?:gmail|googlemail|yahoo|hotmail|outlook|live|msn|icloud|me|mac|aol|proton|protonmail|gmx|web|t-online|orange|free"
    r"|wanadoo|laposte|comcast|verizon|att|sbcglobal|bellsouth|charter|mail|ymail|qq|163|126|naver|daum)\."
)
NO_OFFICES_MAIL: Final = re.compile(
    r"@(?:[\w-]+\.)*(?:example|test|invalid)(?:\.|$)|@(?:students?|pupils?|stu|learners?)\."
)
"""Addresses in samples (RFC 2606), which tell nothing about whose they are, and those that schools give to pupils."""

PARTICLES: Final = frozenset(
    (
        "de",
        "del",
        "de",
        "la",
        "las",
        "los",
        "da",
        "do",
        "das",
        "dos",
        "di",
        "du",
        "des",
        "le",
        "van",
        "von",
        "der",
        "den",
        "zu",
        "bin",
        "ibn",
        "bint",
        "al",
        "el",
        "ter",
        "ten",
        "y",
        "e",
        "i",
    )
)
NO_NAMES: Final = frozenset(
    # What stands in cells of a few capitalised words on a school's papers and is nobody's name.
    fold(
        """
        school schools elementary middle high primary secondary academy college university district county city
        state center centre club camp program programs care after before day days week month year spring summer fall
        autumn winter monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
        sat sun january february march april june july august september october november december jan feb mar apr
        jun jul aug sep sept oct nov dec morning afternoon evening night street st. avenue road drive lane blvd
        boulevard park gym cafeteria library room hall office building field stadium church bus stop route line
        grade kindergarten class team girls boys varsity jv vs at home away the and or for of with to in on by from
        you your we our please see all new chicken beef pork turkey fish cheese pizza sandwich salad soup pasta milk
        juice fruit vegetable vegetables bread roll sauce taco burger hot fresh baked grilled lunch breakfast snack
        menu pencils pencil crayons markers glue paper folder notebook notebooks scissors tissues box pack total
        price cost fee fees amount date birth time name names phone email mail address grades allergy allergies
        medication medications policy form contact contacts hotline helpline crisis abuse text suicide lifeline
        little junior juniors learners kids daycare preschool robotics lego coding fun super explorers world play
        gymnastics karate yoga cooking chefs makers adventure adventures discovery nature garden sports studio farm
        horizons house inn hotel restaurant cafe grill temple ministries foundation society league institute
        partners group agency solutions systems network technologies sanitizer wipes bags ziploc crayola elmer's
        expo sharpie index cards folders headphones backpack stars information emergency control health services
        service support poison police fire department hospital clinic board meeting committee association council
        national holiday break thanksgiving christmas festival concert fair book science math reading writing art
        music band choir chess soccer football basketball baseball volleyball tennis swim track dance drama theater
        history english spanish french german vietnamese language arts social studies physical education trip museum
        zoo community ymca inc llc company bank store shop market insurance dental pediatric pediatrics family
        families parent parents guardian guardians mother father student students child children pupil teacher staff
        faculty principal paid unpaid yes no none not north south east west open closed early release enrollment
        registration required optional question questions number id mobile cell tel balance due level status notes
        page sheet peanuts asthma escuela primaria secundaria colegio campamento programa lunes martes miercoles
        jueves viernes sabado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre
        diciembre calle avenida nombre apellido telefono alergias almuerzo desayuno fecha nacimiento grado pagado
        pollo queso arroz leche ecole lycee maternelle lundi mardi mercredi jeudi vendredi samedi dimanche janvier
        fevrier mars avril juin juillet aout septembre octobre novembre decembre rue nom prenom telephone repas
        poulet fromage riz lait naissance enfant classe paye schule grundschule gymnasium realschule montag dienstag
        mittwoch donnerstag freitag samstag sonntag januar februar juni juli oktober dezember strasse vorname
        nachname geburtsdatum telefon allergien klasse bezahlt fruhstuck mittagessen verein truong tieu dien thoai
        thanks thank fix fixes fixed bug bugs build builds compilation documentation changes improvements integration
        test tests unit version versions copyright license licence software timers portable
        """
    ).split()
)
