/*
 * Checks of numbers of the Americas.
 */
#include "check.h"

#include <string.h>

/* ---- United States ---------------------------------------------------------- */

/* SSA: never 000, 666 or 9xx, group never 00, serial never 0000. */
bool gh_detect_check_us_ssn(const char *c, size_t n)
{
	static const char *const known[] = { "078051120", "219099999", "123456789", "987654321",
					     "111223333" };

	if (c[0] == '9' || memcmp(c, "000", 3) == 0 || memcmp(c, "666", 3) == 0 ||
	    gh_detect_pair(c + 3) == 0 || memcmp(c + 5, "0000", 4) == 0)
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (memcmp(c, known[i], 9) == 0)
			return false;
	return !gh_detect_same_digits(c, n);
}

/* 9xx, group 50-65, 70-88, 90-92, 94-99. */
bool gh_detect_check_us_itin(const char *c, size_t n)
{
	unsigned group = gh_detect_pair(c + 3);

	if (n != 9 || c[0] != '9')
		return false;
	return group >= 50 && group != 89 && group != 93 && (group <= 65 || group >= 70);
}

bool gh_detect_check_us_ein(const char *c, size_t n)
{
	unsigned prefix = gh_detect_pair(c);

	return n == 9 && prefix != 0 && prefix != 7 && prefix != 8 && prefix != 9 &&
	       (prefix < 17 || prefix > 19) && !gh_detect_same_digits(c, n);
}

/* The first two digits are a Federal Reserve district, or 21-32, 61-72, 80. */
bool gh_detect_check_us_aba(const char *c, size_t n)
{
	unsigned district = gh_detect_pair(c);

	if (gh_detect_same_digits(c, n))
		return false;
	(void)district;
	return gh_detect_weighted(c, "\3\7\1\3\7\1\3\7\1", 9) % 10 == 0;
}

bool gh_detect_check_us_npi(const char *c, size_t n)
{
	char card[15] = "80840";

	if (n != 10 || (c[0] != '1' && c[0] != '2'))
		return false;
	memcpy(card + 5, c, 10);
	return gh_detect_is_luhn(card, sizeof(card));
}

/* CMS: C A AN N A AN N A A N N, without S L O I B Z. */
bool gh_detect_check_us_mbi(const char *c, size_t n)
{
	static const char kind[] = "CA*NA*NAANN";

	for (size_t i = 0; i < n; i++) {
		bool letter = c[i] >= 'A';

		if (letter && strchr("SLOIBZ", c[i]) != NULL)
			return false;
		if ((kind[i] == 'A' && !letter) || (kind[i] == 'N' && letter) ||
		    (kind[i] == 'C' && (letter || c[i] == '0')))
			return false;
	}
	return n == 11;
}

/* Ten digits of America: neither area nor exchange begins with 0 or 1. */
bool gh_detect_check_nanp(const char *c, size_t n)
{
	return n == 10 && c[0] >= '2' && c[3] >= '2' && !gh_detect_is_hotline(c, n);
}

/* ---- Canada ------------------------------------------------------------------- */

bool gh_detect_check_ca_sin(const char *c, size_t n)
{
	return c[0] != '8' && gh_detect_is_luhn(c, n) && !gh_detect_same_digits(c, n);
}

/* ---- Latin America ------------------------------------------------------------ */

static unsigned mod11_to_digit(unsigned sum)
{
	return sum % 11 < 2 ? 0 : 11 - sum % 11;
}

bool gh_detect_check_br_cpf(const char *c, size_t n)
{
	if (gh_detect_same_digits(c, n))
		return false;
	return mod11_to_digit(gh_detect_weighted(c, "\12\11\10\7\6\5\4\3\2", 9)) ==
		       gh_detect_digit(c[9]) &&
	       mod11_to_digit(gh_detect_weighted(c, "\13\12\11\10\7\6\5\4\3\2", 10)) ==
		       gh_detect_digit(c[10]);
}

/* 20, 23, 24, 25, 26 and 27 are persons; 30, 33 and 34 companies. */
bool gh_detect_check_ar_cuit(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\5\4\3\2\7\6\5\4\3\2", 10) % 11;

	return n == 11 && c[10] == "09987654321"[rest] && c[0] == '2' &&
	       strchr("034567", c[1]) != NULL;
}

/* Seven or eight digits and a check of mod 11, K for ten; under 50 million a person. */
bool gh_detect_check_cl_rut(const char *c, size_t n)
{
	static const char weights[] = "\3\2\7\6\5\4\3\2";
	unsigned sum = gh_detect_weighted(c, weights + (8 - (n - 1)), n - 1);

	if ((n == 9 && c[0] > '4') || c[0] == '0' || gh_detect_same_digits(c, n - 1))
		return false;
	return c[n - 1] == "0K987654321"[sum % 11];
}

bool gh_detect_check_uy_ci(const char *c, size_t n)
{
	static const char weights[] = "\2\11\10\7\6\3\4";

	return n == 8 && !gh_detect_same_digits(c, n) && c[0] != '0' &&
	       (10 - gh_detect_weighted(c, weights, 7) % 10) % 10 == gh_detect_digit(c[7]);
}

bool gh_detect_check_ec_cedula(const char *c, size_t n)
{
	unsigned province = gh_detect_pair(c);

	return ((province >= 1 && province <= 24) || province == 30 || province == 50) &&
	       c[2] < '6' && gh_detect_is_luhn(c, n) && !gh_detect_same_digits(c, n);
}

bool gh_detect_check_do_cedula(const char *c, size_t n)
{
	return memcmp(c, "000", 3) != 0 && gh_detect_is_luhn(c, n) && !gh_detect_same_digits(c, n);
}

/* RENAPO: date at 4, sex at 10, state at 11, check digit at 17. */
bool gh_detect_check_mx_curp(const char *c, size_t n)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMN*OPQRSTUVWXYZ";
	static const char states[] = "AS BC BS CC CH CL CM CS DF DG GR GT HG JC MC MN MS NE NL NT "
				     "OC PL QR QT SL SP SR TC TL TS VZ YN ZS ";
	const char state[4] = { c[11], c[12], ' ', '\0' };
	unsigned sum = 0;

	if (n != 18 || !gh_detect_is_yymmdd(c + 4) || strstr(states, state) == NULL)
		return false;
	for (unsigned i = 0; i < 17; i++) {
		const char *place = strchr(alphabet, c[i]);

		sum += (place == NULL ? 0 : (unsigned)(place - alphabet)) * (18 - i);
	}
	return (10 - sum % 10) % 10 == gh_detect_digit(c[17]);
}

bool gh_detect_check_mx_rfc(const char *c, size_t n)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ *";
	unsigned sum = 0, rest;

	if (n != 13 || !gh_detect_is_yymmdd(c + 4))
		return false;
	for (unsigned i = 0; i < 12; i++) {
		const char *place = strchr(alphabet, c[i]);

		sum += (place == NULL ? 0 : (unsigned)(place - alphabet)) * (13 - i);
	}
	rest = sum % 11;
	return c[12] == "0A987654321"[rest] || c[12] == '0';
}
