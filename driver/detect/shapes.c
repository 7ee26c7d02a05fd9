/*
 * Which classes a shape may be, with their checks.  The surest stand first.
 */
#include "internal.h"

#define ROW(class, shortest, longest, check)                                                       \
	{                                                                                          \
		GH_DETECT_##class, shortest, longest, gh_detect_check_##check                      \
	}
#define LAST                                                                                       \
	{                                                                                          \
		GH_DETECT_NONE, 0, 0, NULL                                                         \
	}

typedef const struct gh_detect_candidate rows[];

/* ---- digits only, by their number -------------------------------------------------- */

static rows digits_8 = { ROW(NZ_IRD, 8, 8, nz_ird), ROW(AU_TFN, 8, 8, au_tfn),
			 ROW(UY_CI, 8, 8, uy_ci), ROW(CL_RUT, 8, 8, cl_rut), LAST };
static rows digits_9 = { ROW(AU_TFN, 9, 9, au_tfn),   ROW(CA_SIN, 9, 9, ca_sin),
			 ROW(NL_BSN, 9, 9, nl_bsn),   ROW(IL_ID, 9, 9, il_id),
			 ROW(US_ABA, 9, 9, us_aba),   ROW(PT_NIF, 9, 9, pt_nif),
			 ROW(HU_TAJ, 9, 9, hu_taj),   ROW(NZ_IRD, 9, 9, nz_ird),
			 ROW(CZ_RC, 9, 9, cz_rc),     ROW(CL_RUT, 9, 9, cl_rut),
			 ROW(US_ITIN, 9, 9, us_itin), ROW(US_SSN_BARE, 9, 9, us_ssn),
			 ROW(US_EIN, 9, 9, us_ein),   LAST };
static rows digits_10 = { ROW(IS_KT, 10, 10, is_kt),
			  ROW(AT_SVNR, 10, 10, at_svnr),
			  ROW(SE_PNR, 10, 10, se_pnr),
			  ROW(BG_EGN, 10, 10, bg_egn),
			  ROW(CZ_RC, 10, 10, cz_rc),
			  ROW(HU_TAX, 10, 10, hu_tax),
			  ROW(US_NPI, 10, 10, us_npi),
			  ROW(EC_CEDULA, 10, 10, ec_cedula),
			  ROW(SA_ID, 10, 10, sa_id),
			  ROW(DK_CPR, 10, 10, dk_cpr),
			  ROW(AU_MEDICARE, 10, 10, au_medicare),
			  ROW(UK_NHS, 10, 10, uk_nhs),
			  ROW(UK_UTR, 10, 10, uk_utr),
			  ROW(UA_RNTRC, 10, 10, ua_rntrc),
			  ROW(IR_NID, 10, 10, ir_nid),
			  LAST };
static rows digits_11 = { ROW(NO_FNR, 11, 11, no_fnr),
			  ROW(BE_NN, 11, 11, be_nn),
			  ROW(EE_IK, 11, 11, ee_ik),
			  ROW(GR_AMKA, 11, 11, gr_amka),
			  ROW(PL_PESEL, 11, 11, pl_pesel),
			  ROW(LV_PK, 11, 11, lv_pk),
			  ROW(AR_CUIT, 11, 11, ar_cuit),
			  ROW(TR_TCKN, 11, 11, tr_tckn),
			  ROW(DE_IDNR, 11, 11, de_idnr),
			  ROW(BR_CPF, 11, 11, br_cpf),
			  ROW(RU_SNILS, 11, 11, ru_snils),
			  ROW(AU_MEDICARE, 11, 11, au_medicare),
			  ROW(HR_OIB, 11, 11, hr_oib),
			  ROW(DO_CEDULA, 11, 11, do_cedula),
			  LAST };
static rows digits_12 = {
	ROW(SE_PNR, 12, 12, se_pnr),           ROW(RU_INN, 12, 12, ru_inn),
	ROW(MY_NRIC, 12, 12, my_nric),         ROW(IN_AADHAAR, 12, 12, in_aadhaar),
	ROW(JP_MYNUMBER, 12, 12, jp_mynumber), LAST
};
static rows digits_13 = { ROW(CH_AHV, 13, 13, ch_ahv), ROW(LU_NIN, 13, 13, lu_nin),
			  ROW(ZA_ID, 13, 13, za_id),   ROW(RO_CNP, 13, 13, ro_cnp),
			  ROW(JMBG, 13, 13, jmbg),     ROW(KR_RRN, 13, 13, kr_rrn),
			  ROW(TH_ID, 13, 13, th_id),   LAST };
static rows digits_14 = { ROW(EG_NID, 14, 14, eg_nid), ROW(CARD, 14, 14, card), LAST };
static rows digits_15 = { ROW(FR_NIR, 15, 15, fr_nir), ROW(AE_EID, 15, 15, ae_eid),
			  ROW(CARD, 15, 15, card), ROW(IMEI, 15, 15, imei), LAST };
static rows digits_16 = { ROW(CARD, 16, 16, card), ROW(ID_NIK, 16, 16, id_nik), LAST };
static rows digits_18 = { ROW(CN_RIC, 18, 18, cn_ric), LAST };
static rows digits_19 = { ROW(CARD, 19, 19, card), ROW(ICCID, 19, 20, iccid), LAST };
static rows none = { LAST };

static const struct gh_detect_candidate *const by_digits[] = {
	[8] = digits_8,   [9] = digits_9,   [10] = digits_10, [11] = digits_11,
	[12] = digits_12, [13] = digits_13, [14] = digits_14, [15] = digits_15,
	[16] = digits_16, [18] = digits_18, [19] = digits_19, [20] = digits_19,
};

/* ---- digits with separators ------------------------------------------------------------ */

static rows ssn = { ROW(US_ITIN, 9, 9, us_itin), ROW(US_SSN, 9, 9, us_ssn), LAST };
static rows ein = { ROW(US_EIN, 9, 9, us_ein), LAST };
static rows triples_4 = { ROW(UK_NHS, 10, 10, uk_nhs), ROW(PHONE_FORMATTED, 10, 10, nanp), LAST };
static rows triples = { ROW(AU_TFN, 9, 9, au_tfn),
			ROW(CA_SIN, 9, 9, ca_sin),
			ROW(NL_BSN, 9, 9, nl_bsn),
			ROW(PT_NIF, 9, 9, pt_nif),
			ROW(HU_TAJ, 9, 9, hu_taj),
			ROW(NZ_IRD, 9, 9, nz_ird),
			LAST };
static rows card_16 = { ROW(CARD, 16, 19, card), LAST };
static rows card_15 = { ROW(CARD, 14, 15, card), LAST };
static rows imei = { ROW(IMEI, 15, 15, imei), LAST };
static rows six_four = { ROW(FI_HETU, 10, 10, fi_hetu), ROW(SE_PNR, 10, 10, se_pnr),
			 ROW(IS_KT, 10, 10, is_kt), ROW(DK_CPR, 10, 10, dk_cpr), LAST };
static rows eight_four = { ROW(SE_PNR, 12, 12, se_pnr), LAST };
static rows slashed = { ROW(CZ_RC, 9, 10, cz_rc), LAST };
static rows six_five = { ROW(LV_PK, 11, 11, lv_pk), LAST };
static rows cpf = { ROW(BR_CPF, 11, 11, br_cpf), LAST };
static rows snils = { ROW(RU_SNILS, 11, 11, ru_snils), LAST };
static rows cuit = { ROW(AR_CUIT, 11, 11, ar_cuit), LAST };
static rows ahv = { ROW(CH_AHV, 13, 13, ch_ahv), LAST };
static rows belgian = { ROW(BE_NN, 11, 11, be_nn), LAST };
static rows six_seven = { ROW(KR_RRN, 13, 13, kr_rrn), LAST };
static rows nir = { ROW(FR_NIR, 15, 15, fr_nir), LAST };
static rows quads = { ROW(IN_AADHAAR, 12, 12, in_aadhaar), ROW(JP_MYNUMBER, 12, 12, jp_mynumber),
		      LAST };
static rows malay = { ROW(MY_NRIC, 12, 12, my_nric), LAST };
static rows thai = { ROW(TH_ID, 13, 13, th_id), LAST };
static rows rut = { ROW(ES_NIF, 9, 9, es_nif), ROW(CL_RUT, 8, 9, cl_rut), ROW(UY_CI, 8, 8, uy_ci),
		    LAST };
static rows cedula_ec = { ROW(EC_CEDULA, 10, 10, ec_cedula), LAST };
static rows cedula_do = { ROW(DO_CEDULA, 11, 11, do_cedula), LAST };
static rows emirates = { ROW(AE_EID, 15, 15, ae_eid), LAST };
static rows idnr = { ROW(DE_IDNR, 11, 11, de_idnr), LAST };
static rows four_six = { ROW(AT_SVNR, 10, 10, at_svnr), LAST };

/* ---- digits and letters -------------------------------------------------------------------- */

static rows ahead_letter = { ROW(ES_NIF, 9, 9, es_nif), LAST };
static rows pps = { ROW(IE_PPS, 8, 9, ie_pps), LAST };
static rows hetu = { ROW(FI_HETU, 10, 11, fi_hetu), LAST };
static rows chinese = { ROW(CN_RIC, 18, 18, cn_ric), LAST };
static rows mbi = { ROW(US_MBI, 11, 11, us_mbi), LAST };
static rows svnr = { ROW(DE_SVNR, 12, 12, de_svnr), LAST };
static rows pt_cc = { ROW(PT_CC, 12, 12, pt_cc), LAST };
static rows vin = { ROW(VIN, 17, 17, vin), LAST };
static rows iban = { ROW(IBAN, 15, 34, iban), LAST };
static rows nie = { ROW(ES_NIE, 9, 9, es_nie), LAST };
static rows nif_klm = { ROW(ES_NIF, 9, 9, es_nif), ROW(SG_NRIC, 9, 9, sg_nric), LAST };
static rows codice = { ROW(IT_CF, 16, 16, it_cf), LAST };
static rows curp = { ROW(MX_CURP, 18, 18, mx_curp), LAST };
static rows rfc = { ROW(MX_RFC, 13, 13, mx_rfc), LAST };
static rows nino = { ROW(UK_NINO, 9, 9, uk_nino), LAST };
static rows nric = { ROW(SG_NRIC, 9, 9, sg_nric), LAST };
static rows hkid = { ROW(HK_HKID, 8, 9, hk_hkid), ROW(PASSPORT_NUMBER, 8, 9, any), LAST };
static rows taiwan = { ROW(TW_NID, 10, 10, tw_nid), LAST };
static rows pan = { ROW(IN_PAN, 10, 10, in_pan), LAST };
static rows polish = { ROW(PL_ID, 9, 9, pl_id), ROW(PASSPORT_NUMBER, 9, 9, any), LAST };
static rows passport = { ROW(PASSPORT_NUMBER, 8, 9, any), LAST };
static rows document = { ROW(DE_DOCUMENT, 10, 10, de_document), LAST };
static rows driver = { ROW(UK_DRIVER, 16, 16, uk_driver), LAST };

/* ---- shapes that are enough by themselves ---------------------------------------------------- */

#define ALONE(name, class) static rows name = { ROW(class, 1, GH_DETECT_VIEW, any), LAST }
ALONE(mrz, MRZ);
ALONE(jwt, JWT);
ALONE(aws, AWS_ACCESS_KEY);
ALONE(github, GITHUB_TOKEN);
ALONE(gitlab, GITLAB_TOKEN);
ALONE(slack, SLACK_TOKEN);
ALONE(google, GOOGLE_API_KEY);
ALONE(stripe, STRIPE_KEY);
ALONE(openai, OPENAI_KEY);
ALONE(vendor, VENDOR_KEY);
ALONE(hash, PASSWORD_HASH);
ALONE(btc, BTC_ADDRESS);
ALONE(eth, ETH_ADDRESS);
ALONE(email, EMAIL);
ALONE(mac, MAC_ADDRESS);
ALONE(ipv6, IPV6);
ALONE(url, URL_CREDENTIALS);
ALONE(ipv4, IPV4);
ALONE(e164, PHONE_E164);
ALONE(phone, PHONE_FORMATTED);
ALONE(aws_secret, AWS_SECRET_KEY);

#define SHAPE(name) [GH_DETECT_SHAPE_##name]

/* lint: table */
static const struct gh_detect_candidate *const by_shape[GH_DETECT_SHAPE_COUNT] = {
	SHAPE(SSN) = ssn,
	SHAPE(EIN) = ein,
	SHAPE(TRIPLES_4) = triples_4,
	SHAPE(TRIPLES) = triples,
	SHAPE(CARD_16) = card_16,
	SHAPE(CARD_15) = card_15,
	SHAPE(IMEI) = imei,
	SHAPE(SIX_FOUR) = six_four,
	SHAPE(EIGHT_FOUR) = eight_four,
	SHAPE(SLASHED) = slashed,
	SHAPE(SIX_FIVE) = six_five,
	SHAPE(CPF) = cpf,
	SHAPE(SNILS) = snils,
	SHAPE(CUIT) = cuit,
	SHAPE(AHV) = ahv,
	SHAPE(BELGIAN) = belgian,
	SHAPE(SIX_SEVEN) = six_seven,
	SHAPE(NIR) = nir,
	SHAPE(CORSICAN) = nir,
	SHAPE(QUADS) = quads,
	SHAPE(MALAY) = malay,
	SHAPE(THAI) = thai,
	SHAPE(RUT) = rut,
	SHAPE(CEDULA_EC) = cedula_ec,
	SHAPE(CEDULA_DO) = cedula_do,
	SHAPE(EMIRATES) = emirates,
	SHAPE(IDNR) = idnr,
	SHAPE(FOUR_SIX) = four_six,
	SHAPE(AHEAD_LETTER) = ahead_letter,
	SHAPE(PPS) = pps,
	SHAPE(HETU) = hetu,
	SHAPE(CHINESE) = chinese,
	SHAPE(MBI) = mbi,
	SHAPE(SVNR) = svnr,
	SHAPE(PT_CC) = pt_cc,
	SHAPE(VIN) = vin,
	SHAPE(IPV4) = ipv4,
	SHAPE(PHONE) = phone,
	SHAPE(IBAN) = iban,
	SHAPE(NIE) = nie,
	SHAPE(NIF_KLM) = nif_klm,
	SHAPE(CODICE) = codice,
	SHAPE(CURP) = curp,
	SHAPE(RFC) = rfc,
	SHAPE(NINO) = nino,
	SHAPE(NRIC) = nric,
	SHAPE(HKID) = hkid,
	SHAPE(TAIWAN) = taiwan,
	SHAPE(PAN) = pan,
	SHAPE(POLISH) = polish,
	SHAPE(LETTER_8) = passport,
	SHAPE(PASSPORT_2) = passport,
	SHAPE(DOCUMENT_10) = document,
	SHAPE(DRIVER_UK) = driver,
	SHAPE(MRZ) = mrz,
	SHAPE(BASE64_40) = aws_secret,
	SHAPE(JWT) = jwt,
	SHAPE(AWS) = aws,
	SHAPE(GITHUB) = github,
	SHAPE(GITLAB) = gitlab,
	SHAPE(SLACK) = slack,
	SHAPE(GOOGLE) = google,
	SHAPE(STRIPE) = stripe,
	SHAPE(OPENAI) = openai,
	SHAPE(VENDOR) = vendor,
	SHAPE(HASH) = hash,
	SHAPE(BTC) = btc,
	SHAPE(BECH32) = btc,
	SHAPE(ETH) = eth,
	SHAPE(EMAIL) = email,
	SHAPE(MAC) = mac,
	SHAPE(IPV6) = ipv6,
	SHAPE(URL_PASSWORD) = url,
	SHAPE(E164) = e164,
	SHAPE(PHONE_PARENS) = phone,
};

const struct gh_detect_candidate *gh_detect_candidates(enum gh_detect_shape shape, size_t digits)
{
	const struct gh_detect_candidate *found = by_shape[shape];

	if (shape == GH_DETECT_SHAPE_DIGITS && digits < sizeof(by_digits) / sizeof(by_digits[0]))
		found = by_digits[digits];
	return found == NULL ? none : found;
}
