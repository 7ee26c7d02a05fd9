/*
 * The checks of numbers, one function a class.  Each takes the compact value:
 * digits and capital letters without separators, of the length that its row in
 * shapes.c lets through, and says whether its check digits, dates and ranges
 * hold.
 */
#ifndef GATEHOUSE_DETECT_CHECK_H
#define GATEHOUSE_DETECT_CHECK_H

#include <stdbool.h>
#include <stddef.h>

typedef bool (*gh_detect_check)(const char *c, size_t n);

/* ---- arithmetic that they share (check.c) ---------------------------------- */

static inline unsigned gh_detect_digit(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

static inline unsigned gh_detect_pair(const char *c)
{
	return gh_detect_digit(c[0]) * 10 + gh_detect_digit(c[1]);
}

/* Sum of digit times weight; `weights` are the numbers as bytes, as many as digits. */
unsigned gh_detect_weighted(const char *digits, const char *weights, size_t count);
bool gh_detect_is_luhn(const char *c, size_t n);
bool gh_detect_is_verhoeff(const char *c, size_t n);
/* ISO 7064 over digits and letters (A is 10); mod 97-10 with the rest 1. */
unsigned gh_detect_mod97(const char *c, size_t n, unsigned before);
bool gh_detect_is_iso_11_10(const char *c, size_t n);
bool gh_detect_is_iso_11_2(const char *c, size_t n); /* X is 10 */
/* Letters count A is 10, weights 7 3 1: as on passports; `c` without its check digit. */
unsigned gh_detect_icao(const char *c, size_t n);
bool gh_detect_same_digits(const char *c, size_t n);
/* A day that exists; of a two-digit year 29 February is believed in leap years of 20xx. */
bool gh_detect_is_day(unsigned year, unsigned month, unsigned day);
/* DDMMYY and YYMMDD at the beginning of `c`. */
bool gh_detect_is_ddmmyy(const char *c);
bool gh_detect_is_yymmdd(const char *c);
/* YYYYMMDD of somebody who may live. */
bool gh_detect_is_birthday(const char *c);

/* A free-phone or premium number, from digits with the country code (nobody.c). */
bool gh_detect_is_hotline(const char *digits, size_t length);

/* ---- the classes ------------------------------------------------------------ */

#define GH_DETECT_CHECKS(X)                                                                      \
	X(card) X(imei) X(iccid) X(iban) X(vin)                                                  \
	X(us_ssn) X(us_itin) X(us_ein) X(us_aba) X(us_npi) X(us_mbi) X(ca_sin)                   \
	X(br_cpf) X(ar_cuit) X(cl_rut) X(uy_ci) X(ec_cedula) X(do_cedula) X(mx_curp) X(mx_rfc)   \
	X(uk_nhs) X(uk_nino) X(uk_utr) X(uk_driver)                                              \
	X(de_idnr) X(de_svnr) X(de_document) X(at_svnr) X(ch_ahv) X(fr_nir) X(nl_bsn) X(be_nn)   \
	X(lu_nin) X(es_nif) X(es_nie) X(pt_nif) X(pt_cc) X(it_cf) X(gr_amka) X(ie_pps)           \
	X(pl_pesel) X(pl_id) X(cz_rc) X(hu_taj) X(hu_tax) X(ro_cnp) X(bg_egn) X(hr_oib)          \
	X(jmbg) X(ee_ik) X(lv_pk) X(se_pnr) X(no_fnr) X(dk_cpr) X(is_kt) X(fi_hetu)              \
	X(ru_snils) X(ru_inn) X(ua_rntrc)                                                        \
	X(tr_tckn) X(il_id) X(ae_eid) X(sa_id) X(eg_nid) X(ir_nid) X(za_id)                      \
	X(in_aadhaar) X(in_pan) X(cn_ric) X(tw_nid) X(hk_hkid) X(sg_nric) X(jp_mynumber)         \
	X(kr_rrn) X(th_id) X(my_nric) X(id_nik) X(au_tfn) X(au_medicare) X(nz_ird)               \
	X(isbn) X(nanp) X(any)

#define X(name) bool gh_detect_check_##name(const char *c, size_t n);
GH_DETECT_CHECKS(X)
#undef X

#endif
