/*
 * What a column's name hints at, in several languages.  A hint alone never makes
 * a column sensitive: the values must agree (verdict.c).
 */
#include <string.h>

#include "internal.h"

#define NAME_MAX_LENGTH 120

/* A name in small letters: its words with blanks around them, and all in one. */
struct name {
	char words[NAME_MAX_LENGTH * 2 + 4];
	char joined[NAME_MAX_LENGTH + 4];
	size_t words_length, joined_length;
};

static void put_letter(struct name *name, char c)
{
	if (name->joined_length >= NAME_MAX_LENGTH)
		return;
	name->joined[name->joined_length++] = c;
	name->words[name->words_length++] = c;
}

static void end_word(struct name *name)
{
	if (name->words_length < sizeof(name->words) - 2 && name->words_length > 0 &&
	    name->words[name->words_length - 1] != ' ')
		name->words[name->words_length++] = ' ';
}

/* "customerFirstName2" is "customer first name". */
static void read_name(const char *text, struct name *name)
{
	struct gh_span span = gh_span_from(text);
	size_t at = 0;
	char before = ' ';

	memset(name, 0, sizeof(*name));
	name->words[name->words_length++] = ' ';
	while (at < span.length) {
		struct gh_detect_word word;
		size_t next = gh_detect_word_read(span, at, &word);
		char c = span.bytes[at];

		if (next == at) {
			end_word(name);
			before = ' ';
			at++;
			continue;
		}
		for (; at < next; at++) {
			c = span.bytes[at];
			if (c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z')
				end_word(name);
			put_letter(name, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c));
			before = c;
		}
	}
	end_word(name);
}

struct hint_row {
	const char *word; /* at least five letters: anywhere; else a whole word */
	unsigned char family, class;
};

#define F(family) GH_DETECT_FAMILY_##family
#define K(class)  GH_DETECT_##class

/* lint: table */
static const struct hint_row hint_rows[] = {
	/* people */
	{ "firstname", F(PERSON), K(PERSON) },
	{ "first name", F(PERSON), K(PERSON) },
	{ "fname", F(PERSON), K(PERSON) },
	{ "lname", F(PERSON), K(PERSON) },
	{ "lastname", F(PERSON), K(PERSON) },
	{ "last name", F(PERSON), K(PERSON) },
	{ "surname", F(PERSON), K(PERSON) },
	{ "familyname", F(PERSON), K(PERSON) },
	{ "givenname", F(PERSON), K(PERSON) },
	{ "fullname", F(PERSON), K(PERSON) },
	{ "middlename", F(PERSON), K(PERSON) },
	{ "maidenname", F(PERSON), K(PERSON) },
	{ "forename", F(PERSON), K(PERSON) },
	{ "personname", F(PERSON), K(PERSON) },
	{ "customername", F(PERSON), K(PERSON) },
	{ "clientname", F(PERSON), K(PERSON) },
	{ "patientname", F(PERSON), K(PERSON) },
	{ "employeename", F(PERSON), K(PERSON) },
	{ "contactname", F(PERSON), K(PERSON) },
	{ "holdername", F(PERSON), K(PERSON) },
	{ "cardholder", F(PERSON), K(PERSON) },
	{ "accountholder", F(PERSON), K(PERSON) },
	{ "vorname", F(PERSON), K(PERSON) },
	{ "nachname", F(PERSON), K(PERSON) },
	{ "familienname", F(PERSON), K(PERSON) },
	{ "geburtsname", F(PERSON), K(PERSON) },
	{ "prenom", F(PERSON), K(PERSON) },
	{ "nom", F(PERSON), K(PERSON) },
	{ "nombre", F(PERSON), K(PERSON) },
	{ "apellido", F(PERSON), K(PERSON) },
	{ "cognome", F(PERSON), K(PERSON) },
	{ "nome", F(PERSON), K(PERSON) },
	{ "sobrenome", F(PERSON), K(PERSON) },
	{ "apelido", F(PERSON), K(PERSON) },
	{ "imie", F(PERSON), K(PERSON) },
	{ "nazwisko", F(PERSON), K(PERSON) },
	{ "voornaam", F(PERSON), K(PERSON) },
	{ "achternaam", F(PERSON), K(PERSON) },
	{ "fornavn", F(PERSON), K(PERSON) },
	{ "etternavn", F(PERSON), K(PERSON) },
	{ "efternavn", F(PERSON), K(PERSON) },
	{ "fornamn", F(PERSON), K(PERSON) },
	{ "efternamn", F(PERSON), K(PERSON) },
	{ "etunimi", F(PERSON), K(PERSON) },
	{ "sukunimi", F(PERSON), K(PERSON) },
	{ "jmeno", F(PERSON), K(PERSON) },
	{ "prijmeni", F(PERSON), K(PERSON) },
	{ "soyad", F(PERSON), K(PERSON) },
	{ "isim", F(PERSON), K(PERSON) },
	{ "nume", F(PERSON), K(PERSON) },
	{ "prenume", F(PERSON), K(PERSON) },
	{ "vezeteknev", F(PERSON), K(PERSON) },
	{ "keresztnev", F(PERSON), K(PERSON) },
	{ "person", F(PERSON), K(PERSON) },
	{ "employee", F(PERSON), K(PERSON) },
	{ "patient", F(PERSON), K(PERSON) },
	{ "beneficiary", F(PERSON), K(PERSON) },
	{ "contact", F(PERSON), K(PERSON) },
	{ "manager", F(PERSON), K(PERSON) },
	{ "owner", F(PERSON), K(PERSON) },
	{ "author", F(PERSON), K(PERSON) },
	{ "name", F(PERSON), K(NONE) },
	{ "имя", F(PERSON), K(PERSON) },
	{ "фамилия", F(PERSON), K(PERSON) },
	{ "фио", F(PERSON), K(PERSON) },
	{ "姓名", F(PERSON), K(PERSON) },
	{ "氏名", F(PERSON), K(PERSON) },
	{ "username", F(OTHER_PII), K(PERSONAL_TRAIT) },
	/* mail and telephone */
	{ "email", F(EMAIL), K(EMAIL) },
	{ "e mail", F(EMAIL), K(EMAIL) },
	{ "mail", F(EMAIL), K(EMAIL) },
	{ "correo", F(EMAIL), K(EMAIL) },
	{ "courriel", F(EMAIL), K(EMAIL) },
	{ "phone", F(PHONE), K(PHONE_DIGITS) },
	{ "telephone", F(PHONE), K(PHONE_DIGITS) },
	{ "mobile", F(PHONE), K(PHONE_DIGITS) },
	{ "cellphone", F(PHONE), K(PHONE_DIGITS) },
	{ "cell", F(PHONE), K(PHONE_DIGITS) },
	{ "tel", F(PHONE), K(PHONE_DIGITS) },
	{ "telefon", F(PHONE), K(PHONE_DIGITS) },
	{ "telefono", F(PHONE), K(PHONE_DIGITS) },
	{ "telefone", F(PHONE), K(PHONE_DIGITS) },
	{ "handy", F(PHONE), K(PHONE_DIGITS) },
	{ "mobil", F(PHONE), K(PHONE_DIGITS) },
	{ "movil", F(PHONE), K(PHONE_DIGITS) },
	{ "celular", F(PHONE), K(PHONE_DIGITS) },
	{ "cellulare", F(PHONE), K(PHONE_DIGITS) },
	{ "portable", F(PHONE), K(PHONE_DIGITS) },
	{ "telefoon", F(PHONE), K(PHONE_DIGITS) },
	{ "puhelin", F(PHONE), K(PHONE_DIGITS) },
	{ "komorka", F(PHONE), K(PHONE_DIGITS) },
	{ "msisdn", F(PHONE), K(PHONE_DIGITS) },
	{ "fax", F(PHONE), K(PHONE_DIGITS) },
	{ "whatsapp", F(PHONE), K(PHONE_DIGITS) },
	{ "телефон", F(PHONE), K(PHONE_DIGITS) },
	{ "电话", F(PHONE), K(PHONE_DIGITS) },
	{ "手机", F(PHONE), K(PHONE_DIGITS) },
	/* where somebody lives */
	{ "address", F(ADDRESS), K(ADDRESS) },
	{ "addr", F(ADDRESS), K(ADDRESS) },
	{ "street", F(ADDRESS), K(ADDRESS) },
	{ "strasse", F(ADDRESS), K(ADDRESS) },
	{ "anschrift", F(ADDRESS), K(ADDRESS) },
	{ "adresse", F(ADDRESS), K(ADDRESS) },
	{ "direccion", F(ADDRESS), K(ADDRESS) },
	{ "domicilio", F(ADDRESS), K(ADDRESS) },
	{ "indirizzo", F(ADDRESS), K(ADDRESS) },
	{ "endereco", F(ADDRESS), K(ADDRESS) },
	{ "morada", F(ADDRESS), K(ADDRESS) },
	{ "adres", F(ADDRESS), K(ADDRESS) },
	{ "adress", F(ADDRESS), K(ADDRESS) },
	{ "ulica", F(ADDRESS), K(ADDRESS) },
	{ "calle", F(ADDRESS), K(ADDRESS) },
	{ "osoite", F(ADDRESS), K(ADDRESS) },
	{ "wohnort", F(ADDRESS), K(ADDRESS) },
	{ "ship to", F(ADDRESS), K(ADDRESS) },
	{ "адрес", F(ADDRESS), K(ADDRESS) },
	{ "地址", F(ADDRESS), K(ADDRESS) },
	{ "住所", F(ADDRESS), K(ADDRESS) },
	{ "residence", F(ADDRESS), K(ADDRESS) },
	/* birth */
	{ "dob", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "birth", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "bday", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "geburt", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "geb", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "gebdat", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "naissance", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "nacimiento", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "nascita", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "nascimento", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "urodzenia", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "geboorte", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "fodsel", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "fodelse", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "syntyma", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "narozeni", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "dogum", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "рождения", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "生日", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	{ "生年月日", F(DATE_OF_BIRTH), K(DATE_OF_BIRTH) },
	/* money */
	{ "iban", F(BANK_ACCOUNT), K(IBAN) },
	{ "bankaccount", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "accountnumber", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "accountno", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "acctno", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "acct num", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "kontonummer", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "kontonr", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "rekening", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "clabe", F(BANK_ACCOUNT), K(ACCOUNT_NUMBER) },
	{ "routing", F(BANK_ACCOUNT), K(US_ABA) },
	{ "aba", F(BANK_ACCOUNT), K(US_ABA) },
	{ "card", F(CARD), K(CARD) },
	{ "cardnumber", F(CARD), K(CARD) },
	{ "creditcard", F(CARD), K(CARD) },
	{ "kreditkarte", F(CARD), K(CARD) },
	{ "ccnum", F(CARD), K(CARD) },
	{ "cc", F(CARD), K(CARD) },
	{ "pan", F(CARD), K(NONE) },
	{ "salary", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "wage", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "wages", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "income", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "gehalt", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "lohn", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "salaire", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "salario", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "sueldo", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "stipendio", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "wynagrodzenie", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "salaris", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "lonn", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "bonus", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "compensation", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "payroll", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "balance", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "kontostand", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "saldo", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "solde", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "networth", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "creditscore", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "credit score", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "einkommen", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "revenu", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "grosspay", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "netpay", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "zarplata", F(SALARY_OR_FINANCIAL), K(MONEY) },
	{ "зарплата", F(SALARY_OR_FINANCIAL), K(MONEY) },
	/* numbers of people */
	{ "ssn", F(NATIONAL_ID), K(US_SSN_BARE) },
	{ "socialsecurity", F(NATIONAL_ID), K(US_SSN_BARE) },
	{ "social sec", F(NATIONAL_ID), K(US_SSN_BARE) },
	{ "sin", F(NATIONAL_ID), K(CA_SIN) },
	{ "nino", F(NATIONAL_ID), K(UK_NINO) },
	{ "nationalid", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "national insurance", F(NATIONAL_ID), K(UK_NINO) },
	{ "nationalinsurance", F(NATIONAL_ID), K(UK_NINO) },
	{ "idcard", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "idnumber", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "personalid", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "identitynumber", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "personnummer", F(NATIONAL_ID), K(SE_PNR) },
	{ "pnr", F(NATIONAL_ID), K(SE_PNR) },
	{ "personalausweis", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "ausweis", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "svnr", F(NATIONAL_ID), K(NONE) },
	{ "sozialversicherung", F(NATIONAL_ID), K(NONE) },
	{ "cpr", F(NATIONAL_ID), K(DK_CPR) },
	{ "fnr", F(NATIONAL_ID), K(NO_FNR) },
	{ "fodselsnummer", F(NATIONAL_ID), K(NO_FNR) },
	{ "hetu", F(NATIONAL_ID), K(FI_HETU) },
	{ "kennitala", F(NATIONAL_ID), K(IS_KT) },
	{ "bsn", F(NATIONAL_ID), K(NL_BSN) },
	{ "burgerservice", F(NATIONAL_ID), K(NL_BSN) },
	{ "rijksregister", F(NATIONAL_ID), K(BE_NN) },
	{ "nir", F(NATIONAL_ID), K(FR_NIR) },
	{ "secu", F(NATIONAL_ID), K(FR_NIR) },
	{ "dni", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "nie", F(NATIONAL_ID), K(ES_NIE) },
	{ "nif", F(NATIONAL_ID), K(NONE) },
	{ "codicefiscale", F(NATIONAL_ID), K(IT_CF) },
	{ "codice fiscale", F(NATIONAL_ID), K(IT_CF) },
	{ "pesel", F(NATIONAL_ID), K(PL_PESEL) },
	{ "rodne", F(NATIONAL_ID), K(CZ_RC) },
	{ "cnp", F(NATIONAL_ID), K(RO_CNP) },
	{ "egn", F(NATIONAL_ID), K(BG_EGN) },
	{ "oib", F(NATIONAL_ID), K(HR_OIB) },
	{ "jmbg", F(NATIONAL_ID), K(JMBG) },
	{ "emso", F(NATIONAL_ID), K(JMBG) },
	{ "isikukood", F(NATIONAL_ID), K(EE_IK) },
	{ "amka", F(NATIONAL_ID), K(GR_AMKA) },
	{ "ahv", F(NATIONAL_ID), K(CH_AHV) },
	{ "avs", F(NATIONAL_ID), K(CH_AHV) },
	{ "pps", F(NATIONAL_ID), K(IE_PPS) },
	{ "ppsn", F(NATIONAL_ID), K(IE_PPS) },
	{ "snils", F(NATIONAL_ID), K(RU_SNILS) },
	{ "снилс", F(NATIONAL_ID), K(RU_SNILS) },
	{ "tckn", F(NATIONAL_ID), K(TR_TCKN) },
	{ "tckimlik", F(NATIONAL_ID), K(TR_TCKN) },
	{ "teudat", F(NATIONAL_ID), K(IL_ID) },
	{ "emiratesid", F(NATIONAL_ID), K(AE_EID) },
	{ "iqama", F(NATIONAL_ID), K(SA_ID) },
	{ "aadhaar", F(NATIONAL_ID), K(IN_AADHAAR) },
	{ "aadhar", F(NATIONAL_ID), K(IN_AADHAAR) },
	{ "nric", F(NATIONAL_ID), K(NONE) },
	{ "mykad", F(NATIONAL_ID), K(MY_NRIC) },
	{ "nik", F(NATIONAL_ID), K(ID_NIK) },
	{ "ktp", F(NATIONAL_ID), K(ID_NIK) },
	{ "hkid", F(NATIONAL_ID), K(HK_HKID) },
	{ "mynumber", F(NATIONAL_ID), K(JP_MYNUMBER) },
	{ "rrn", F(NATIONAL_ID), K(KR_RRN) },
	{ "jumin", F(NATIONAL_ID), K(KR_RRN) },
	{ "身份证", F(NATIONAL_ID), K(CN_RIC) },
	{ "cpf", F(NATIONAL_ID), K(BR_CPF) },
	{ "curp", F(NATIONAL_ID), K(MX_CURP) },
	{ "cedula", F(NATIONAL_ID), K(NATIONAL_NUMBER) },
	{ "rut", F(NATIONAL_ID), K(CL_RUT) },
	{ "run", F(NATIONAL_ID), K(CL_RUT) },
	{ "passport", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "reisepass", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "passeport", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "pasaporte", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "passaporto", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "paszport", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "passnr", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "passaporte", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "paspoort", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "護照", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "护照", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "паспорт", F(PASSPORT), K(PASSPORT_NUMBER) },
	{ "ein", F(TAX_ID), K(US_EIN) },
	{ "fein", F(TAX_ID), K(US_EIN) },
	{ "itin", F(TAX_ID), K(US_ITIN) },
	{ "tin", F(TAX_ID), K(TAX_NUMBER) },
	{ "taxid", F(TAX_ID), K(TAX_NUMBER) },
	{ "taxnumber", F(TAX_ID), K(TAX_NUMBER) },
	{ "steuer", F(TAX_ID), K(TAX_NUMBER) },
	{ "idnr", F(TAX_ID), K(DE_IDNR) },
	{ "tfn", F(TAX_ID), K(AU_TFN) },
	{ "utr", F(TAX_ID), K(UK_UTR) },
	{ "ird", F(TAX_ID), K(NZ_IRD) },
	{ "inn", F(TAX_ID), K(RU_INN) },
	{ "cuil", F(TAX_ID), K(AR_CUIT) },
	{ "rfc", F(TAX_ID), K(MX_RFC) },
	{ "numfiscal", F(TAX_ID), K(TAX_NUMBER) },
	/* health */
	{ "nhs", F(HEALTH_ID), K(UK_NHS) },
	{ "npi", F(HEALTH_ID), K(US_NPI) },
	{ "mbi", F(HEALTH_ID), K(US_MBI) },
	{ "medicare", F(HEALTH_ID), K(NONE) },
	{ "mrn", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "patientid", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "patient no", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "medicalrecord", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "healthinsurance", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "healthcard", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "insuranceno", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "krankenversicher", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "kvnr", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "diagnos", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "icd", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "icd10", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "taj", F(HEALTH_ID), K(HU_TAJ) },
	{ "bloodtype", F(HEALTH_ID), K(HEALTH_NUMBER) },
	{ "allerg", F(HEALTH_ID), K(HEALTH_NUMBER) },
	/* places */
	{ "lat", F(GEO), K(GPS) },
	{ "lon", F(GEO), K(GPS) },
	{ "lng", F(GEO), K(GPS) },
	{ "latitude", F(GEO), K(GPS) },
	{ "longitude", F(GEO), K(GPS) },
	{ "gps", F(GEO), K(GPS) },
	{ "geo", F(GEO), K(GPS) },
	{ "coord", F(GEO), K(GPS) },
	{ "coords", F(GEO), K(GPS) },
	{ "coordinates", F(GEO), K(GPS) },
	{ "location", F(GEO), K(GPS) },
	{ "position", F(GEO), K(GPS) },
	{ "breitengrad", F(GEO), K(GPS) },
	{ "laengengrad", F(GEO), K(GPS) },
	{ "geoloc", F(GEO), K(GPS) },
	/* devices */
	{ "ip", F(IP_OR_DEVICE), K(IPV4) },
	{ "ipaddr", F(IP_OR_DEVICE), K(IPV4) },
	{ "ipv4", F(IP_OR_DEVICE), K(IPV4) },
	{ "ipv6", F(IP_OR_DEVICE), K(IPV6) },
	{ "remoteaddr", F(IP_OR_DEVICE), K(IPV4) },
	{ "mac", F(IP_OR_DEVICE), K(MAC_ADDRESS) },
	{ "imei", F(IP_OR_DEVICE), K(IMEI) },
	{ "imsi", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "iccid", F(IP_OR_DEVICE), K(ICCID) },
	{ "udid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "idfa", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "gaid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "aaid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "idfv", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "deviceid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "device id", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "advertisingid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "androidid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "adid", F(IP_OR_DEVICE), K(DEVICE_ID) },
	{ "fingerprint", F(IP_OR_DEVICE), K(DEVICE_ID) },
	/* secrets */
	{ "password", F(SECRET), K(PASSWORD) },
	{ "passwd", F(SECRET), K(PASSWORD) },
	{ "pwd", F(SECRET), K(PASSWORD) },
	{ "passwort", F(SECRET), K(PASSWORD) },
	{ "kennwort", F(SECRET), K(PASSWORD) },
	{ "motdepasse", F(SECRET), K(PASSWORD) },
	{ "contrasena", F(SECRET), K(PASSWORD) },
	{ "senha", F(SECRET), K(PASSWORD) },
	{ "haslo", F(SECRET), K(PASSWORD) },
	{ "secret", F(SECRET), K(PASSWORD) },
	{ "apikey", F(SECRET), K(PASSWORD) },
	{ "api key", F(SECRET), K(PASSWORD) },
	{ "accesskey", F(SECRET), K(PASSWORD) },
	{ "privatekey", F(SECRET), K(PASSWORD) },
	{ "accesstoken", F(SECRET), K(PASSWORD) },
	{ "refreshtoken", F(SECRET), K(PASSWORD) },
	{ "authtoken", F(SECRET), K(PASSWORD) },
	{ "bearer", F(SECRET), K(PASSWORD) },
	{ "sessiontoken", F(SECRET), K(PASSWORD) },
	{ "passphrase", F(SECRET), K(PASSWORD) },
	{ "passwordhash", F(SECRET), K(PASSWORD) },
	{ "pwhash", F(SECRET), K(PASSWORD) },
	{ "pwd hash", F(SECRET), K(PASSWORD) },
	{ "credential", F(SECRET), K(PASSWORD) },
	{ "pin", F(SECRET), K(NONE) },
	{ "cvv", F(CARD), K(PASSWORD) },
	{ "cvc", F(CARD), K(PASSWORD) },
	/* the rest */
	{ "vin", F(OTHER_PII), K(VIN) },
	{ "licenseplate", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "licenceplate", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "numberplate", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "kennzeichen", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "plate no", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "matricula", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "targa", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "immatriculation", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "driverslicense", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "driverlicense", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "drivinglicen", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "driverlicence", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "fuehrerschein", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "religion", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "ethnic", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "nationality", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "gender", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "maritalstatus", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "sexualorientation", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "geschlecht", F(OTHER_PII), K(PERSONAL_TRAIT) },
	{ "politic", F(OTHER_PII), K(PERSONAL_TRAIT) },
	/* texts */
	{ "comment", F(FREE_TEXT), K(FREE_TEXT) },
	{ "notes", F(FREE_TEXT), K(FREE_TEXT) },
	{ "note", F(FREE_TEXT), K(FREE_TEXT) },
	{ "remark", F(FREE_TEXT), K(FREE_TEXT) },
	{ "message", F(FREE_TEXT), K(FREE_TEXT) },
	{ "description", F(FREE_TEXT), K(FREE_TEXT) },
	{ "bemerkung", F(FREE_TEXT), K(FREE_TEXT) },
	{ "notiz", F(FREE_TEXT), K(FREE_TEXT) },
	{ "feedback", F(FREE_TEXT), K(FREE_TEXT) },
	{ "body", F(FREE_TEXT), K(FREE_TEXT) },
};

/* A name that ends in one of these is about something, not the thing itself. */
static const char about_it[] =
	" count cnt counts total totals sent verified valid validated flag flags "
	"hash hashed hmac sha256 md5 checksum status state model type types kind "
	"version template enabled disabled opt optin consent confirmed format "
	"length len size last4 lastfour masked bin token tokens ref provider domain "
	"country region lang language label category quality score rank rate "
	"attempts changed updated created expiry expires expiration anzahl "
	"nombre_de available required allowed missing present pct percent ratio "
	"prefix suffix class group source channel code codes brand ";
static const char starts_about[] = " is has had num number_of no_of count cnt hashed masked last4 "
				   "avg min max mean median allow enable ";
static const char keys[] = " id ids key uuid guid idx index pk fk ";
/* Where people buy, work or are helped, and what networks are made of. */
static const char businesses[] =
	" shop store branch filiale warehouse depot office site company firma vendor supplier "
	"merchant server host hostname gateway router switch dns subnet cidr network netmask "
	"cluster node lb proxy firewall endpoint interface hotline helpdesk support airport "
	"station stop facility building hotel restaurant pos terminal atm vpc bastion business "
	"corporate corp organisation organization org bank plant pool upstream vlan bgp "
	"nameserver ntp headquarters hq showroom pickup ";
/* Things that have names. */
static const char things[] =
	" product item article file filename table schema brand category project team event "
	"campaign city country host server domain vessel vehicle app application service "
	"department dept job task step company firma vendor supplier merchant shop store branch "
	"bank hotel restaurant group role field column class plan course book title key ";

/* Numbers that have checks of their own, and versions. */
static const char others[] =
	" isbn issn ean ean13 gtin upc barcode siren siret vat vatid ustid umsatzsteuer bic swift "
	"lei "
	"isin cusip wkn duns cnpj crn hrb handelsregister tracking awb container checksum crc "
	"piva iva tva kvk kbo abn acn gstin ";
static const char versions[] = " version ver fw firmware build release semver oid ";

static bool among(const char *words, const char *word, size_t length)
{
	char key[40] = " ";

	if (length == 0 || length > sizeof(key) - 3)
		return false;
	memcpy(key + 1, word, length);
	memcpy(key + 1 + length, " ", 2);
	return strstr(words, key) != NULL;
}

static bool matches(const struct name *name, const char *word)
{
	size_t length = strlen(word);

	if (strchr(word, ' ') != NULL || length < 5) {
		char key[40] = " ";

		if (length > sizeof(key) - 3)
			return false;
		memcpy(key + 1, word, length);
		memcpy(key + 1 + length, " ", 2);
		return strstr(name->words, key) != NULL;
	}
	return strstr(name->joined, word) != NULL;
}

/* Calls among() for every word between the blanks. */
static bool any_word(const struct name *name, const char *words)
{
	const char *word = name->words + 1;

	while (*word != '\0') {
		size_t length = strcspn(word, " ");

		if (among(words, word, length))
			return true;
		word += length + (word[length] == ' ');
	}
	return false;
}

static void last_word(const struct name *name, const char **word, size_t *length)
{
	size_t end = name->words_length;

	while (end > 0 && name->words[end - 1] == ' ')
		end--;
	*length = 0;
	while (end > *length && name->words[end - *length - 1] != ' ')
		*length += 1;
	*word = name->words + end - *length;
}

static void read_rows(const struct name *name, struct gh_detect_hint *out)
{
	size_t longest = 0;
	bool ends_as_key = false;

	for (size_t i = 0; i < sizeof(hint_rows) / sizeof(hint_rows[0]); i++) {
		const struct hint_row *row = &hint_rows[i];

		if (!matches(name, row->word))
			continue;
		out->families |= 1u << row->family;
		if (strlen(row->word) > longest) {
			longest = strlen(row->word);
			ends_as_key = longest >= 4 &&
				      (strcmp(row->word + longest - 2, "id") == 0 ||
				       strcmp(row->word + longest - 3, "key") == 0);
			out->class = row->class;
		}
	}
	out->keyed = !ends_as_key;
	out->person_part =
		(out->families & 1u << GH_DETECT_FAMILY_PERSON) && out->class == GH_DETECT_NONE;
}

void gh_detect_hint_read(const struct gh_detect_about *about, struct gh_detect_hint *out)
{
	struct name name, table;
	const char *last, *first;
	size_t length;

	memset(out, 0, sizeof(*out));
	read_name(about->table, &table);
	out->place_of_business = any_word(&table, businesses);
	if (about->column == NULL)
		return;
	read_name(about->column, &name);
	read_rows(&name, out);
	last_word(&name, &last, &length);
	first = name.words + 1;
	out->negative = (among(about_it, last, length) && last != first) ||
			among(starts_about, first, strcspn(first, " "));
	out->keyed = out->keyed && among(keys, last, length) && last != first;
	out->place_of_business = out->place_of_business || any_word(&name, businesses);
	out->thing = any_word(&name, things);
	out->other_number = any_word(&name, others);
	out->version = any_word(&name, versions);
}
