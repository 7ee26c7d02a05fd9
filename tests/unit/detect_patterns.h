/*
 * The shapes of the scanners as Perl-compatible patterns, written anew: the oracle
 * of test_detect_scan.c.  In the order of the rules, for the first one counts.
 */
#ifndef GATEHOUSE_TESTS_DETECT_PATTERNS_H
#define GATEHOUSE_TESTS_DETECT_PATTERNS_H

#include "driver/detect/scan.h"

struct oracle_row {
	enum gh_detect_shape shape;
	const char *pattern;
};

#define R(shape, pattern)                                                                          \
	{                                                                                          \
		GH_DETECT_SHAPE_##shape, pattern                                                   \
	}
#define OCTET "(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)"

static const struct oracle_row digit_rows[] = {
	R(DIGITS, "\\d+"),
	R(SSN, "\\d{3}([- ])\\d\\d\\1\\d{4}"),
	R(EIN, "\\d\\d-\\d{7}"),
	R(TRIPLES_4, "\\d{3}([- .])\\d{3}\\1\\d{4}"),
	R(TRIPLES, "\\d{3}([- .])\\d{3}\\1\\d{3}"),
	R(CARD_16, "\\d{4}([- ])\\d{4}\\1\\d{4}\\1\\d{4}(?: ?\\d{1,3})?"),
	R(CARD_15, "\\d{4}[- ]\\d{6}[- ]\\d{4,5}"),
	R(IMEI, "\\d\\d[- ]\\d{6}[- ]\\d{6}[- ]\\d"),
	R(SIX_FOUR, "\\d{6}[-+ ]\\d{4}"),
	R(EIGHT_FOUR, "\\d{8}[-+ ]\\d{4}"),
	R(SLASHED, "\\d{6} ?/ ?\\d{3,4}"),
	R(SIX_FIVE, "\\d{6}-\\d{5}"),
	R(CPF, "\\d{3}\\.\\d{3}\\.\\d{3}[-/]\\d\\d"),
	R(SNILS, "\\d{3}-\\d{3}-\\d{3}[- ]\\d\\d"),
	R(CUIT, "\\d\\d[- ]\\d{8}[- ]\\d"),
	R(AHV, "756(?:\\.\\d{4}){2}\\.\\d\\d"),
	R(BELGIAN, "\\d\\d\\.\\d\\d\\.\\d\\d[- ]\\d{3}[. ]\\d\\d"),
	R(SIX_SEVEN, "\\d{6}[- ]\\d{7}"),
	R(NIR, "[12347-8](?: \\d\\d){3} \\d{3} \\d{3} ?\\d\\d"),
	R(CORSICAN, "[12] ?\\d\\d ?\\d\\d ?2[ABab] ?\\d{3} ?\\d{3} ?\\d\\d"),
	R(QUADS, "\\d{4}([- ])\\d{4}\\1\\d{4}"),
	R(MALAY, "\\d{6}-\\d\\d-\\d{4}"),
	R(THAI, "\\d[- ]\\d{4}[- ]\\d{5}[- ]\\d\\d[- ]\\d"),
	R(RUT, "\\d{1,2}\\.?\\d{3}\\.?\\d{3}-[\\dKk]|\\d{7,8}[Kk]"),
	R(CEDULA_EC, "\\d{9}-\\d"),
	R(CEDULA_DO, "\\d{3}-\\d{7}-\\d"),
	R(EMIRATES, "784-\\d{4}-\\d{7}-\\d"),
	R(IDNR, "\\d\\d(?: \\d{3}){3}"),
	R(FOUR_SIX, "\\d{4}[- ]\\d{6}"),
	R(AHEAD_LETTER, "\\d{8}[- ]?[A-Za-z]"),
	R(PPS, "\\d{7}[A-Za-z]{1,2}"),
	R(HETU, "\\d{6}[-+A-FU-Ya-fu-y]\\d{3}[\\dA-Ya-y]"),
	R(CHINESE, "\\d{17}[Xx]"),
	R(MBI, "[1-9][A-Za-z][A-Za-z\\d]\\d-?[A-Za-z][A-Za-z\\d]\\d-?[A-Za-z]{2}\\d\\d"),
	R(SVNR, "\\d\\d ?\\d{6} ?[A-Za-z] ?\\d{3}"),
	R(PT_CC, "\\d{8} ?\\d ?[A-Za-z\\d]{2}\\d"),
	R(VIN, "[\\dA-HJ-NPR-Z]{17}"),
	R(IPV4, OCTET "(?:\\." OCTET "){3}"),
	R(ISO_DATE, "\\d{4}[-/.][01]?\\d[-/.][0-3]?\\d"),
	R(EURO_DATE, "[0-3]?\\d\\. ?[01]?\\d\\. ?\\d{4}|[0-3]?\\d\\.[01]?\\d\\.\\d\\d"),
	R(US_DATE, "[0-3]?\\d[-/][0-3]?\\d[-/](?:\\d{4}|\\d\\d)"),
	R(WORD_DATE, "[0-3]?\\d[- ][A-Za-z]{3,9}\\.?[- ]\\d{4}"),
	R(LATITUDE, "\\d{1,3}\\.\\d{3,15}"),
	R(COORDINATES, "\\d{1,3}\\.\\d{3,15} ?[,;] ?-?\\d{1,3}\\.\\d{3,15}"),
	R(ISBN, "(?:97[89]-)?\\d{1,5}-\\d{1,7}-\\d{1,6}-[\\d]|\\d{1,5}-\\d{1,7}-\\d{1,6}-[Xx]|"
		"\\d{9}[Xx]"),
	R(PHONE, "0\\d(?:[- .]\\d\\d){4}|0\\d[- ]\\d{7,8}|0\\d[- ]\\d{3,4}[- ]\\d{4}|"
		 "0\\d{2,5}[- ./]+\\d{2,8}(?:[- ]\\d{2,5}){0,4}|"
		 "1[- .]\\d{3}[- .]\\d{3}[- .]\\d{4}|\\d{2,5}(?: \\d{2,4}){2,4}"),
};

static const struct oracle_row letter_rows[] = {
	R(IBAN, "(?i)[A-Z]{2}\\d\\d(?:[- ]?[A-Z\\d]){11,30}"),
	R(NIE, "(?i)[XYZ]-?\\d{7}-?[A-Z]"),
	R(NIF_KLM, "(?i)[KLM]\\d{7}[A-Z]"),
	R(CODICE,
	  "(?i)[A-Z]{6}[\\dLMNPQRSTUV]{2}[A-Z][\\dLMNPQRSTUV]{2}[A-Z][\\dLMNPQRSTUV]{3}[A-Z]"),
	R(CURP, "(?i)[A-Z]{4}\\d{6}[HMX][A-Z]{5}[A-Z\\d]\\d"),
	R(RFC, "(?i)[A-Z]{4}-?\\d{6}-?[A-Z\\d]{3}"),
	R(NINO, "(?i)[A-Z]{2}(?: \\d\\d \\d\\d \\d\\d |\\d{6} ?)[A-D]"),
	R(NRIC, "(?i)[STFGM]\\d{7}[A-Z]"),
	R(HKID, "(?i)[A-Z]{1,2}\\d{6}(?:\\([\\dA]\\)|[\\dA])"),
	R(TAIWAN, "[A-Za-z][1289]\\d{8}"),
	R(PAN, "[A-Za-z]{5}\\d{4}[A-Za-z]"),
	R(POLISH, "[A-Za-z]{3} ?\\d{6}"),
	R(LETTER_8, "[A-Za-z]\\d{7,8}"),
	R(PASSPORT_2, "[A-Za-z]{2}\\d{6,7}"),
	R(DOCUMENT_10, "[A-Za-z][A-Za-z\\d]{9}"),
	R(DRIVER_UK, "[A-Za-z9]{5}\\d{6}[A-Za-z9]{2}[A-Za-z\\d][A-Za-z]{2}"),
	R(MRZ, "[PIACV][A-Z<][A-Z]{3}[A-Z<]{10,}[<A-Z\\d\\n\\r]{15,70}"),
	R(VIN, "[\\dA-HJ-NPR-Z]{17}"),
	R(WORD_DATE, "[A-Za-z]{3,9}\\.? [0-3]?\\d, ?\\d{4}"),
};

#define HEX "[\\dA-Fa-f]"

static const struct oracle_row net_rows[] = {
	R(EMAIL, "[\\w!#$%&'*+=?^`{|}~\\x80-\\xff-][\\w.!#$%&'*+=?^`{|}~\\x80-\\xff-]*@"
		 "(?:[A-Za-z\\d\\x80-\\xff][A-Za-z\\d\\x80-\\xff-]*\\.)+"
		 "(?:[A-Za-z\\x80-\\xff]{2,}|xn--[A-Za-z\\d-]{2,})"),
	R(MAC, HEX "{2}(?:(?::" HEX "{2}){5}|(?:-" HEX "{2}){5})|" HEX "{4}(?:\\." HEX "{4}){2}"),
	R(IPV6,
	  "(?:" HEX "{1,4}:){7}" HEX "{1,4}|"
	  "(?:" HEX "{1,4}:){1,6}(?::" HEX "{1,4}){1,6}(?:%[A-Za-z\\d]+)?|"
	  "(?:" HEX "{1,4}:){1,7}:|::(?:" HEX "{1,4}:){0,6}" HEX "{1,4}|"
	  "(?:" HEX "{1,4}:){6}\\d{1,3}(?:\\.\\d{1,3}){3}|::[Ff]{4}:\\d{1,3}(?:\\.\\d{1,3}){3}"),
	R(URL_PASSWORD, "[A-Za-z][A-Za-z\\d+.-]+://[^\\0 \\t\\r\\n/?#@:]*:[^\\0 \\t\\r\\n/?#@]+@"
			"[^\\0 \\t\\r\\n@/?#]+[^\\0 \\t\\r\\n]*"),
};

static const struct oracle_row phone_rows[] = {
	R(E164, "(?:\\+|00)[1-9](?:[- ./]?(?:\\(\\d{1,5}\\))?[- ./]?\\d){6,17}"),
	R(PHONE_PARENS, "(?:\\+\\d{1,3} ?)?\\(\\d{2,5}\\)[- .]?\\d{2,5}(?:[- ./]?\\d{2,5}){0,3}"),
};

static const struct oracle_row token_rows[] = {
	R(JWT, "eyJ[\\w-]{8,}\\.(?:eyJ)?[\\w-]{8,}\\.[\\w-]*"),
	R(AWS, "(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ANVA|ABIA|ACCA)[A-Z\\d]{16}"),
	R(GITHUB, "gh[pousr]_[A-Za-z\\d]{36,}|github_pat_\\w{40,}"),
	R(GITLAB, "gl(?:pat|dt|rt|cbt|ptt|soat|ft)-[\\w-]{20,}"),
	R(SLACK, "xox[abeoprs]-[A-Za-z\\d-]{10,}|xapp-\\d-[A-Za-z\\d-]{10,}|"
		 "https://hooks\\.slack\\.com/services/[A-Z\\d]+/[A-Z\\d]+/[A-Za-z\\d]{10,}"),
	R(GOOGLE, "AIza[\\w-]{35}|ya29\\.[\\w-]{20,}|GOCSPX-[\\w-]{20,}"),
	R(STRIPE, "[sr]k_(?:live|test)_[A-Za-z\\d]{16,}|whsec_[A-Za-z\\d+/=]{24,}"),
	R(OPENAI, "sk-(?:(?:proj|svcacct|admin|ant-[a-z\\d]+|or-v1)-)?[\\w-]{20,}"),
	R(VENDOR, NULL), /* a list of prefixes: see scan_token.re; the unit tests have each */
	R(HASH, NULL),
	R(BTC, "[13][1-9A-HJ-NP-Za-km-z]{25,34}"),
	R(BECH32, "(?:bc|tb)1[02-9ac-hj-np-z]{25,87}|(?:BC|TB)1[02-9AC-HJ-NP-Z]{25,87}"),
	R(ETH, "0x[\\da-fA-F]{40}"),
	R(BASE64_40, "[A-Za-z\\d/+]{40}"),
};

#endif
