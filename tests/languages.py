"""Short articles in many languages, about events that never happened, with words that a reader would look for.

Each item of `ARTICLES` has, besides the article, `queries`: what must find it, each with its reason; and `misses`:
what must not. Bodies have 300 to 500 characters, those in Chinese, Japanese and Korean fewer.
"""

from typing import TypedDict


class LanguageArticle(TypedDict):
    """An article in one language, and what finds it."""

    language: str
    title: str
    date: str
    body: str
    queries: list[tuple[str, str]]
    misses: list[str]


ARTICLES: list[LanguageArticle] = [
    {
        "language": "en",
        "title": "Ferry returns to Wexmouth harbour",
        "date": "2024-03-16",
        "body": (
            "The passenger ferry Marigold returned to Wexmouth harbour on Saturday after eleven months of repairs. "
            "Engineers replaced both engines and strengthened the hull, which had been damaged in a winter storm. "
            "The harbourmaster's office said that crossings to the island would begin again on Monday, and that "
            "residents could travel free of charge during the first week."
        ),
        "queries": [
            ("ferries", "plural of a word in the singular"),
            ("repair", "singular of a plural"),
            ("strengthen", "infinitive of a participle"),
            ("harbourmaster", "without the possessive 's"),
            ("resident crossing", "two singulars of plurals"),
            ('"winter storms"', "a phrase in the plural"),
        ],
        "misses": ["airport", "ferrous"],
    },
    {
        "language": "de",
        "title": "Weißenbrück öffnet die Uferstraße wieder",
        "date": "2023-10-02",
        "body": (
            "Nach fast zwei Jahren Bauzeit hat die Stadt Weißenbrück die Uferstraße für Fußgänger und Radfahrer "
            "freigegeben. Bürgermeisterin Käthe Grünwald sprach von einem großen Tag für die Anwohner, die lange auf "
            "den Hochwasserschutz gewartet hatten. Die neuen Mauern sollen Häuser und Gärten vor Überschwemmungen "
            "schützen; die Kosten betrugen rund vier Millionen Euro."
        ),
        "queries": [
            ("Haus", "singular without the umlaut of the plural"),
            ("Garten", "singular without the umlaut of the plural"),
            ("Überschwemmung", "singular of a plural"),
            ("Mauer", "singular of a plural"),
            ("Hochwasserschutz", "a compound as it is written"),
            ("Grunwald", "without the umlaut"),
            ("Gruenwald", "ue for ü"),
            ("Uferstrasse", "ss for ß"),
            ("Weissenbruck", "ss for ß, and without the umlaut"),
        ],
        "misses": ["Flughafen", "Weinberg"],
    },
    {
        "language": "fr",
        "title": "L’école de Vauclérac rouvre ses portes",
        "date": "2024-09-02",
        "body": (
            "Fermée depuis l'incendie de février, l’école primaire de Vauclérac a rouvert lundi. Les travaux "
            "d'isolation et la nouvelle cantine ont coûté près d'un million d'euros, et la mairie affirme qu'aucun "
            "impôt n'augmentera. « Les élèves retrouvent enfin leurs salles claires et leur préau », s'est réjouie "
            "la directrice, Hélène Maucœur, devant les parents réunis dans la cour."
        ),
        "queries": [
            ("école", "after l’ with a typographic apostrophe"),
            ("écoles", "plural of a word after l’"),
            ("ecole", "without the accent, after l’"),
            ("incendies", "plural of a word after l'"),
            ("isolation", "after d'"),
            ("euros", "after d'"),
            ("parent", "singular of a plural"),
            ("impots", "plural, without the accent"),
            ("élève", "singular of a plural"),
            ("Helene", "without the accents"),
            ("Maucoeur", "oe for œ"),
        ],
        "misses": ["hôpital", "vendange"],
    },
    {
        "language": "es",
        "title": "Nace una cooperativa de pescadores en Puerto Alameño",
        "date": "2022-05-17",
        "body": (
            "Una treintena de pescadores de Puerto Alameño presentó el martes una cooperativa para vender sus "
            "capturas sin intermediarios. La alcaldesa, Begoña Ibáñez, prometió un almacén frigorífico en el muelle "
            "antes de otoño. Según los vecinos, la decisión llega después de varios años de precios muy bajos y de "
            "largas discusiones con las empresas de la región."
        ),
        "queries": [
            ("pescador", "singular of a plural"),
            ("cooperativas", "plural of a singular"),
            ("vecina", "feminine of a masculine plural"),
            ("empresa", "singular of a plural"),
            ("frigorificos", "plural, without the accent"),
            ("otono", "n for ñ"),
            ("Begona Ibanez", "a name without ñ and accents"),
        ],
        "misses": ["aeropuerto", "viñedo"],
    },
    {
        "language": "it",
        "title": "A Montefiorito torna il mercato coperto",
        "date": "2024-02-10",
        "body": (
            "Dopo tre anni di lavori il mercato coperto di Montefiorito ha riaperto sabato con quaranta bancarelle. "
            "L'assessore Nicolò Bressanuto ha spiegato che la città ha speso due milioni per il tetto e per "
            "l’impianto elettrico. I commercianti sperano che più turisti visitino il centro, perché d'inverno le "
            "piazze restavano vuote e molti negozi chiudevano già nel primo pomeriggio."
        ),
        "queries": [
            ("mercati", "plural of a singular"),
            ("bancarella", "singular of a plural"),
            ("piazza", "singular of a plural"),
            ("negozio", "singular of a plural"),
            ("impianti", "plural of a word after l’"),
            ("inverno", "after d'"),
            ("citta", "without the accent"),
            ("Nicolo", "a name without the accent"),
        ],
        "misses": ["stazione", "ospedale"],
    },
    {
        "language": "pt",
        "title": "Vila Serrana inaugura biblioteca flutuante",
        "date": "2021-03-04",
        "body": (
            "A prefeitura de Vila Serrana inaugurou na quinta-feira uma biblioteca flutuante que percorrerá as "
            "comunidades ribeirinhas. O barco leva três mil livros, computadores e uma sala de leitura para crianças. "
            "Segundo a coordenadora, Conceição Galvão, as viagens começarão em março e os moradores não pagarão nada "
            "pelos empréstimos."
        ),
        "queries": [
            ("bibliotecas", "plural of a singular"),
            ("comunidade", "singular of a plural"),
            ("livro", "singular of a plural"),
            ("criança", "singular of a plural"),
            ("crianca", "singular, c for ç"),
            ("emprestimos", "without the accent"),
            ("Conceicao Galvao", "a name without ç and tildes"),
        ],
        "misses": ["hospital", "vinhedo"],
    },
    {
        "language": "nl",
        "title": "Oude molen van Zevenhoeven draait weer",
        "date": "2023-06-11",
        "body": (
            "De houten molen aan de dijk bij Zevenhoeven heeft zondag voor het eerst sinds 1962 weer gemalen. "
            "Vrijwilligers herstelden de wieken en vervingen rotte balken met hulp van een scheepswerf. Volgens "
            "voorzitter Daniëlle Smeenkamp komen er op zaterdag rondleidingen, en kunnen bezoekers meel kopen dat in "
            "de molen zelf is gemaakt. De provincie betaalde een derde van de reparaties."
        ),
        "queries": [
            ("provincies", "plural of a singular"),
            ("vrijwilliger", "singular of a plural"),
            ("balk", "singular of a plural"),
            ("rondleiding", "singular of a plural"),
            ("reparatie", "singular of a plural"),
            ("Danielle", "without the diaeresis"),
        ],
        "misses": ["vliegveld", "ziekenhuis"],
    },
    {
        "language": "sv",
        "title": "Ny bro över Kvarnån invigd",
        "date": "2022-11-25",
        "body": (
            "En ny träbro över Kvarnån invigdes på fredagen av landshövding Åsa Hägglöfsson. Den gamla bron stängdes "
            "förra våren efter att isen hade skadat pelarna. Skolbarnen i Norrbäcken slipper nu den långa omvägen, "
            "och bönderna kan åter köra sina maskiner till ängarna på andra sidan. Kommunen betalade hälften av "
            "kostnaden, och företagen i bygden skänkte virket."
        ),
        "queries": [
            ("maskin", "singular of a plural"),
            ("skolbarn", "indefinite of a definite form"),
            ("äng", "singular of a definite plural"),
            ("företag", "indefinite of a definite form"),
            ("kostnader", "plural of a definite singular"),
            ("Asa Hagglofsson", "a name without ring and dots"),
        ],
        "misses": ["flygplats", "sjukhus"],
    },
    {
        "language": "fi",
        "title": "Järvenselän sauna palasi rantaan",
        "date": "2024-08-17",
        "body": (
            "Järvenselän yleinen sauna avattiin lauantaina uudelleen remontin jälkeen. Kunta rakensi rannalle uuden "
            "laiturin, ja vapaaehtoiset maalasivat pukuhuoneet. Puheenjohtaja Säde Mäkipöytä kertoi, että saunassa "
            "voi nyt kylpeä myös talvella, koska avantoa pidetään auki pumpulla. Asukkaat toivovat, että kylään "
            "tulee lisää matkailijoita ja että kauppa pysyy auki."
        ),
        "queries": [
            ("saunat", "plural of a singular"),
            ("laituri", "nominative of a genitive"),
            ("remontti", "nominative of a genitive, with consonant gradation"),
            ("talvi", "nominative of an adessive"),
            ("matkailija", "singular of a plural partitive"),
            ("pukuhuone", "singular of a plural"),
            ("Makipoyta", "a name without dots"),
        ],
        "misses": ["lentokenttä", "sairaala"],
    },
    {
        "language": "tr",
        "title": "Ilıcaköy'de İpek Yolu şenliği",
        "date": "2023-05-21",
        "body": (
            "Ilıcaköy'ün ilk İpek Yolu şenliği pazar günü binlerce ziyaretçiyi ağırladı. Belediye Başkanı Işıl "
            "Yağmurdağ'ın açılışını yaptığı şenlikte halı ustaları tezgâhlarını sokağa kurdu. Çocuklar eski ipek "
            "atölyelerini gezdi, gençler akşam meydanda konser verdi. Yağmurdağ’a göre şenlik her yıl yapılacak ve "
            "gelirin bir bölümü köyün okullarına harcanacak."
        ),
        "queries": [
            ("Yağmurdağ", "a name without the suffix after its apostrophe"),
            ("Yagmurdag", "a name without breves"),
            ("Ilıcaköy", "a name without the suffix after its apostrophe"),
            ("ilicakoy", "small letters, without dots and with i for ı"),
            ("ışıl", "small ı of a capital I"),
            ("ipek", "small i of a capital İ"),
            ("çocuk", "singular of a plural"),
            ("okul", "singular of a possessive plural"),
            ("konserler", "plural of a singular"),
            ("tezgah", "stem of a suffixed word, without the circumflex"),
        ],
        "misses": ["deprem", "havalimanı"],
    },
    {
        "language": "ru",
        "title": "В Заозёрске открыли детскую библиотеку",
        "date": "2019-09-01",
        "body": (
            "В Заозёрске после капитального ремонта открылась детская библиотека. Мэр города Пётр Зеленёв вручил "
            "первым читателям новые билеты, а школьники показали весёлый спектакль по сказкам. По словам директора, "
            "за лето сотрудники расставили на полках двенадцать тысяч книг. Теперь в здании есть и тихий читальный "
            "зал, и столярная мастерская для подростков."
        ),
        "queries": [
            ("библиотеки", "genitive of a nominative"),
            ("книга", "nominative singular of a genitive plural"),
            ("школьник", "singular of a plural"),
            ("сказка", "nominative of a dative plural"),
            ("тихая", "feminine of a masculine in й"),
            ("Заозерск", "nominative, with е for ё"),
            ("Петр Зеленев", "a name with е for ё"),
            ("веселый", "with е for ё"),
        ],
        "misses": ["аэропорт", "больница"],
    },
    {
        "language": "el",
        "title": "Νέο ελαιοτριβείο στη Λευκόπετρα",
        "date": "2020-11-14",
        "body": (
            "Ο συνεταιρισμός αγροτών της Λευκόπετρας εγκαινίασε το Σάββατο ένα σύγχρονο ελαιοτριβείο. Ο πρόεδρος, "
            "Θεμιστοκλής Καραγιώργος, είπε ότι οι παραγωγοί περίμεναν το έργο δέκα χρόνια. Το νερό των μηχανημάτων "
            "θα καθαρίζεται πριν φτάσει στον ποταμό, ενώ οι κάτοικοι θα αγοράζουν φρέσκο λάδι απευθείας από την "
            "αποθήκη του συνεταιρισμού."
        ),
        "queries": [
            ("παραγωγός", "singular of a plural"),
            ("ποταμός", "nominative of an accusative, with a final sigma"),
            ("αποθήκες", "plural of a singular"),
            ("αγρότης", "nominative singular of a genitive plural"),
            ("λευκοπετρα", "small letters, without the accent"),
            ("ΣΥΝΕΤΑΙΡΙΣΜΟΣ", "capitals, without the accent and with no final sigma"),
            ("Θεμιστοκλης Καραγιωργος", "a name without accents"),
        ],
        "misses": ["αεροδρόμιο", "νοσοκομείο"],
    },
    {
        "language": "ar",
        "title": "افتتاح سوق السمك الجديدة في مرسى النورس",
        "date": "2022-02-24",
        "body": (
            "افتتحت بلدية مرسى النورس يوم الخميس سوقًا جديدة للسمك قرب الميناء القديم. وقال رئيس البلدية إن "
            "المَشروع استغرق عامين، وإن الصيادين سيبيعون ما يصطادونه مباشرةً إلى السكّان. وتضم السوق ثلاثين متجرًا "
            "ومخازن مبردة، كما خُصِّصت قاعة لتعليم الأطفال أسماء الأسماك. ويأمل الأهالي أن يجذب المكان زوّارًا من "
            "المدن المجاورة في أيام العطلة."
        ),
        "queries": [
            ("مشروع", "without the article and the vowel mark"),
            ("ميناء", "without the article"),
            ("سوق", "without the mark and ending of the accusative"),
            ("متجر", "without the mark and ending of the accusative"),
            ("السكان", "without the doubling mark"),
            ("صياد", "singular of a plural with the article"),
            ("خصصت", "without vowel marks"),
        ],
        "misses": ["مطار", "مستشفى"],
    },
    {
        "language": "he",
        "title": "גן קהילתי חדש נפתח בנווה תמרים",
        "date": "2024-04-05",
        "body": (
            "תושבי נווה תמרים חנכו ביום שישי גן קהילתי על מגרש שעמד ריק שנים רבות. המתנדבים שתלו עצי זַיִת, בנו "
            "ספסלים והקימו חממה קטנה לילדי השכונה. לדברי הרכזת, נעה ברקאי־לוינסון, העירייה מימנה את צינורות ההשקיה, "
            "והתושבים יטפלו בערוגות בעצמם. בסתיו ייפתח במקום גם שוק איכרים, ובימי שלישי יתקיימו בו סדנאות גינון "
            "לתלמידי בית הספר הסמוך."
        ),
        "queries": [
            ("חממה", "a word as it is written"),
            ("זית", "without vowel points"),
            ("ברקאי", "one half of a name joined by a maqaf"),
            ('"בית הספר"', "a phrase"),
        ],
        "misses": ["נמל", "רכבת"],
    },
    {
        "language": "hi",
        "title": "सोनपुरा में नया पुस्तकालय खुला",
        "date": "2023-01-15",
        "body": (
            "सोनपुरा के लोगों ने रविवार को गाँव के पहले पुस्तकालय का उद्घाटन किया। सरपंच मीनाक्षी ठाकुर ने बताया कि "
            "दो हज़ार किताबें दान में मिली हैं और बच्चों के लिए एक अलग कमरा बनाया गया है। शाम को लड़कियों ने लोकगीत "
            "गाए और बुज़ुर्गों ने कहानियाँ सुनाईं। पंचायत अगले महीने कंप्यूटर भी खरीदेगी, ताकि छात्र ऑनलाइन "
            "परीक्षाओं की तैयारी कर सकें।"
        ),
        "queries": [
            ("किताब", "singular of a plural"),
            ("बच्चा", "singular of an oblique plural"),
            ("लड़की", "singular of an oblique plural"),
            ("परीक्षा", "singular of an oblique plural"),
            ("हजार", "without the nukta"),
        ],
        "misses": ["अस्पताल", "रेलगाड़ी"],
    },
    {
        "language": "zh",
        "title": "青石镇老戏院重新开放",
        "date": "2024-06-08",
        "body": (
            "青石镇的老戏院经过两年修缮，于星期六晚上重新开放。首场演出由本地的少年合唱团表演，三百多名居民到场观看。"
            "镇长林晓岚表示，修缮工程保留了原有的木质屋顶和手绘布景，同时增加了无障碍通道。戏院今后每月将放映一次老电影，"
            "学生可以免费入场。附近的商店老板希望，夜间演出能为老街带来更多游客，也让年轻人重新认识家乡的历史。"
        ),
        "queries": [
            ("戏院", "a word within a run of characters"),
            ("合唱团", "a word of three characters"),
            ("电影", "a word within a longer one"),
            ("林晓岚", "a name"),
            ("修缮工程", "two words side by side"),
        ],
        "misses": ["机场", "戏剧"],
    },
    {
        "language": "ja",
        "title": "霧ヶ丘の路面電車、四十年ぶりに復活",
        "date": "2024-10-06",
        "body": (
            "霧ヶ丘市で四十年前に廃止された路面電車が、日曜日の朝に再び走り始めた。沿線には約五千人の市民が集まり、"
            "旗を振って一番電車を見送った。市長の早瀬みのりさんは「観光だけでなく、お年寄りの通院にも役立ててほしい」と"
            "話した。車両は三両編成で、木のベンチと大きな窓が特徴だ。来春にはカフェを備えた終点の駅舎も完成する予定である。"
        ),
        "queries": [
            ("電車", "a word within a longer one"),
            ("路面電車", "a compound"),
            ("市民", "a word between particles"),
            ("早瀬みのり", "a name in two scripts, without さん"),
            ("ベンチ", "a word in katakana"),
            ("ﾍﾞﾝﾁ", "the same in half-width katakana"),
        ],
        "misses": ["空港", "電話"],
    },
    {
        "language": "ko",
        "title": "달빛마을 도서관, 밤에도 문 연다",
        "date": "2023-09-12",
        "body": (
            "달빛마을 도서관이 다음 달부터 밤 열한 시까지 문을 연다. 김하늘 관장은 늦게 퇴근하는 주민들이 책을 빌릴 수 "
            "있도록 운영 시간을 늘렸다고 밝혔다. 도서관은 지난해 어린이 열람실을 새로 꾸몄고, 올가을에는 옥상에 작은 "
            "정원을 만들 계획이다. 주민들은 버스 막차 시간도 함께 늦춰 달라고 시청에 요청했다. 시청은 여론을 들은 뒤 "
            "연말까지 결정하기로 했다."
        ),
        "queries": [
            ("도서관", "without the particle that follows"),
            ("주민", "without plural and particle"),
            ("열람실", "without the particle that follows"),
            ("정원", "without the particle that follows"),
            ("김하늘", "a name"),
        ],
        "misses": ["공항", "병원"],
    },
    {
        "language": "th",
        "title": "ตลาดน้ำบ้านสวนแก้วเปิดอีกครั้ง",
        "date": "2022-12-10",
        "body": (
            "ตลาดน้ำบ้านสวนแก้วกลับมาเปิดให้บริการอีกครั้งเมื่อวันเสาร์ หลังจากปิดซ่อมสะพานนานเกือบสองปี "
            "ชาวบ้านนำผลไม้ ขนมไทย และงานฝีมือมาขายในเรือกว่าห้าสิบลำ นางสาวพิมพ์ดาว ศรีสุข ประธานกลุ่มผู้ค้า "
            "กล่าวว่า รายได้ส่วนหนึ่งจะนำไปดูแลความสะอาดของคลอง "
            "ส่วนโรงเรียนในหมู่บ้านจะจัดนักเรียนเป็นมัคคุเทศก์ให้นักท่องเที่ยว"
        ),
        "queries": [
            ("ตลาดน้ำ", "a word at the start of a run of letters"),
            ("สะพาน", "a word within a run of letters"),
            ("ผลไม้", "a word at the end of a run of letters"),
            ("โรงเรียน", "a word within a run of letters"),
            ("นักท่องเที่ยว", "a compound at the end"),
        ],
        "misses": ["สนามบิน", "โรงพยาบาล"],
    },
]
