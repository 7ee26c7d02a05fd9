/*
 * The scanners that re2c makes of scan_*.re: what shape a whole cell has, and
 * where a token in a text ends.  Each reads up to a NUL that the caller puts
 * behind the text.  A shape says nothing of check digits: see shapes.c.
 */
#ifndef GATEHOUSE_DETECT_SCAN_H
#define GATEHOUSE_DETECT_SCAN_H

#include <stddef.h>

/* The rules stand in the scanners, in this order; the test compares each with PCRE2. */
#define GH_DETECT_SHAPES(X)                                                                      \
	X(NONE)                                                                                  \
	/* scan_digit.re */                                                                      \
	X(DIGITS) X(SSN) X(EIN) X(TRIPLES_4) X(TRIPLES) X(CARD_16) X(CARD_15) X(IMEI)            \
	X(SIX_FOUR) X(EIGHT_FOUR) X(SLASHED) X(SIX_FIVE) X(CPF) X(SNILS) X(CUIT) X(AHV)          \
	X(BELGIAN) X(SIX_SEVEN) X(NIR) X(CORSICAN) X(QUADS) X(MALAY) X(THAI) X(RUT) \
	X(CEDULA_EC) X(CEDULA_DO) X(EMIRATES) X(IDNR) X(FOUR_SIX) X(AHEAD_LETTER) X(PPS)         \
	X(HETU) X(CHINESE) X(MBI) X(SVNR) X(PT_CC) X(VIN) X(IPV4) X(ISO_DATE) X(EURO_DATE)       \
	X(US_DATE) X(WORD_DATE) X(LATITUDE) X(COORDINATES) X(ISBN) X(PHONE)                      \
	/* scan_letter.re */                                                                     \
	X(IBAN) X(NIE) X(NIF_KLM) X(CODICE) X(CURP) X(RFC) X(NINO) X(NRIC) X(HKID) X(TAIWAN)     \
	X(PAN) X(POLISH) X(LETTER_8) X(PASSPORT_2) X(DOCUMENT_10) X(DRIVER_UK) X(MRZ)            \
	X(BASE64_40)                                                                             \
	/* scan_token.re */                                                                      \
	X(JWT) X(AWS) X(GITHUB) X(GITLAB) X(SLACK) X(GOOGLE) X(STRIPE) X(OPENAI) X(VENDOR)       \
	X(HASH) X(BTC) X(BECH32) X(ETH) X(PEM)                                                   \
	/* scan_net.re */                                                                        \
	X(EMAIL) X(MAC) X(IPV6) X(URL_PASSWORD)                                                  \
	/* scan_phone.re */                                                                      \
	X(E164) X(PHONE_PARENS)

enum gh_detect_shape {
#define X(name) GH_DETECT_SHAPE_##name,
	GH_DETECT_SHAPES(X)
#undef X
	GH_DETECT_SHAPE_COUNT
};

/*
 * The shape of the whole cell [text, end), where *end is NUL; NONE where no
 * rule fits it to its end.
 */
enum gh_detect_shape gh_detect_scan_digit(const unsigned char *text, const unsigned char *end);
enum gh_detect_shape gh_detect_scan_letter(const unsigned char *text, const unsigned char *end);
enum gh_detect_shape gh_detect_scan_token(const unsigned char *text, const unsigned char *end);
enum gh_detect_shape gh_detect_scan_net(const unsigned char *text, const unsigned char *end);
enum gh_detect_shape gh_detect_scan_phone(const unsigned char *text, const unsigned char *end);

#endif
