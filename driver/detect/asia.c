/*
 * Checks of numbers of Asia, Africa and the Pacific.
 */
#include "check.h"

#include <string.h>

/* ---- the Near East --------------------------------------------------------------- */

bool gh_detect_check_tr_tckn(const char *c, size_t n)
{
	unsigned odd = gh_detect_weighted(c, "\1\0\1\0\1\0\1\0\1", 9);
	unsigned even = gh_detect_weighted(c, "\0\1\0\1\0\1\0\1", 8);
	unsigned first = (odd * 7 + 90 - even) % 10;

	return n == 11 && c[0] != '0' && first == gh_detect_digit(c[9]) &&
	       (odd + even + first) % 10 == gh_detect_digit(c[10]);
}

bool gh_detect_check_il_id(const char *c, size_t n)
{
	return n == 9 && gh_detect_is_luhn(c, n) && !gh_detect_same_digits(c, n);
}

bool gh_detect_check_ae_eid(const char *c, size_t n)
{
	return n == 15 && memcmp(c, "784", 3) == 0 &&
	       (memcmp(c + 3, "19", 2) == 0 || memcmp(c + 3, "20", 2) == 0) &&
	       gh_detect_is_luhn(c, n);
}

/* 1 for citizens, 2 for residents. */
bool gh_detect_check_sa_id(const char *c, size_t n)
{
	return n == 10 && (c[0] == '1' || c[0] == '2') && gh_detect_is_luhn(c, n);
}

/* Century, birthday, governorate. */
bool gh_detect_check_eg_nid(const char *c, size_t n)
{
	unsigned place = gh_detect_pair(c + 7);

	return n == 14 && (c[0] == '2' || c[0] == '3') && gh_detect_is_yymmdd(c + 1) &&
	       ((place >= 1 && place <= 35) || place == 88);
}

bool gh_detect_check_ir_nid(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\12\11\10\7\6\5\4\3\2", 9) % 11;

	return n == 10 && !gh_detect_same_digits(c, n) &&
	       (rest < 2 ? rest : 11 - rest) == gh_detect_digit(c[9]);
}

/* ---- Africa -------------------------------------------------------------------------- */

bool gh_detect_check_za_id(const char *c, size_t n)
{
	return n == 13 && gh_detect_is_yymmdd(c) && c[10] <= '2' && gh_detect_is_luhn(c, n);
}

/* ---- India ------------------------------------------------------------------------------ */

bool gh_detect_check_in_aadhaar(const char *c, size_t n)
{
	return n == 12 && c[0] >= '2' && gh_detect_is_verhoeff(c, n);
}

/* The fourth letter tells the holder: P is a person. */
bool gh_detect_check_in_pan(const char *c, size_t n)
{
	return n == 10 && strchr("PCHABGJLFTE", c[3]) != NULL && memcmp(c + 5, "0000", 4) != 0;
}

/* ---- East Asia ------------------------------------------------------------------------------ */

bool gh_detect_check_cn_ric(const char *c, size_t n)
{
	return n == 18 && gh_detect_pair(c) >= 11 && gh_detect_pair(c) <= 83 &&
	       gh_detect_is_birthday(c + 6) && gh_detect_is_iso_11_2(c, n);
}

/* What a letter counts in Taiwan's numbers. */
static unsigned tw_letter(char letter)
{
	static const char order[] = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
	const char *place = strchr(order, letter);

	return place == NULL ? 0 : (unsigned)(place - order) + 10;
}

/* One letter and nine digits; new numbers of residents look the same. */
bool gh_detect_check_tw_nid(const char *c, size_t n)
{
	unsigned letter = tw_letter(c[0]);
	unsigned sum = letter / 10 + letter % 10 * 9;

	if (n != 10 || strchr("1289", c[1]) == NULL)
		return false;
	sum += gh_detect_weighted(c + 1, "\10\7\6\5\4\3\2\1\1", 9);
	return sum % 10 == 0 && !gh_detect_same_digits(c + 1, 9);
}

/* One or two letters, six digits, check 0-9 or A. */
bool gh_detect_check_hk_hkid(const char *c, size_t n)
{
	unsigned sum = n == 8 ? 9 * 36 : 9 * (unsigned)(c[0] - 'A' + 10);

	sum += 8 * (unsigned)(c[n - 8] - 'A' + 10);
	sum += gh_detect_weighted(c + n - 7, "\7\6\5\4\3\2", 6);
	sum += c[n - 1] == 'A' ? 10 : gh_detect_digit(c[n - 1]);
	return sum % 11 == 0;
}

bool gh_detect_check_sg_nric(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c + 1, "\2\7\6\5\4\3\2", 7);
	const char *letters = c[0] == 'S' || c[0] == 'T' ? "JZIHGFEDCBA" : "XWUTRQPNMLK";

	if (c[0] == 'T' || c[0] == 'G')
		sum += 4;
	if (c[0] == 'M') {
		letters = "XWUTRQPNJLK";
		sum += 3;
		return n == 9 && c[8] == letters[10 - (10 - sum % 11)];
	}
	return n == 9 && c[8] == letters[sum % 11] && !gh_detect_same_digits(c + 1, 7);
}

bool gh_detect_check_jp_mynumber(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\6\5\4\3\2\7\6\5\4\3\2", 11) % 11;

	return n == 12 && (rest < 2 ? 0 : 11 - rest) == gh_detect_digit(c[11]) &&
	       !gh_detect_same_digits(c, n);
}

/* Birthday, then sex and century; the check digit is gone since October 2020. */
bool gh_detect_check_kr_rrn(const char *c, size_t n)
{
	return n == 13 && gh_detect_is_yymmdd(c) && c[6] <= '8';
}

bool gh_detect_check_th_id(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\15\14\13\12\11\10\7\6\5\4\3\2", 12);

	return n == 13 && c[0] != '0' && c[0] != '9' &&
	       (11 - sum % 11) % 10 == gh_detect_digit(c[12]);
}

/* Birthday and place of birth. */
bool gh_detect_check_my_nric(const char *c, size_t n)
{
	unsigned place = gh_detect_pair(c + 6);

	return n == 12 && gh_detect_is_yymmdd(c) && place >= 1 && place != 17 && place != 18 &&
	       place != 19 && place != 20 && place != 69 && place != 70 && place != 73 &&
	       place != 80 && place != 81 && place < 94;
}

/* Province, regency, district, birthday (+40 for women), serial. */
bool gh_detect_check_id_nik(const char *c, size_t n)
{
	unsigned province = gh_detect_pair(c), day = gh_detect_pair(c + 6) % 40;

	return n == 16 && province >= 11 && province <= 96 && gh_detect_pair(c + 2) != 0 &&
	       memcmp(c + 12, "0000", 4) != 0 && gh_detect_pair(c + 6) < 72 &&
	       gh_detect_is_day(gh_detect_pair(c + 10), gh_detect_pair(c + 8), day);
}

/* ---- the Pacific -------------------------------------------------------------------------- */

bool gh_detect_check_au_tfn(const char *c, size_t n)
{
	unsigned sum = n == 9 ? gh_detect_weighted(c, "\1\4\3\7\5\10\6\11\12", 9)
			      : gh_detect_weighted(c, "\12\7\10\4\6\3\5\1", 8);

	return sum % 11 == 0 && !gh_detect_same_digits(c, n);
}

bool gh_detect_check_au_medicare(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\1\3\7\11\1\3\7\11", 8);

	return (n == 10 || n == 11) && c[0] >= '2' && c[0] <= '6' &&
	       sum % 10 == gh_detect_digit(c[8]) && c[9] != '0';
}

static bool ird_holds(const char *c, const char *weights, unsigned *digit)
{
	unsigned rest = gh_detect_weighted(c, weights, 8) % 11;

	*digit = rest == 0 ? 0 : 11 - rest;
	return *digit < 10;
}

bool gh_detect_check_nz_ird(const char *c, size_t n)
{
	char padded[9] = "0";
	unsigned digit;

	memcpy(padded + (9 - n), c, n);
	if (memcmp(padded, "010000000", 9) < 0 || memcmp(padded, "150000000", 9) > 0)
		return false;
	if (!ird_holds(padded, "\3\2\7\6\5\4\3\2", &digit) &&
	    !ird_holds(padded, "\7\4\3\2\5\2\7\6", &digit))
		return false;
	return digit == gh_detect_digit(padded[8]);
}
