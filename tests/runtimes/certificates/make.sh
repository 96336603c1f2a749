#!/usr/bin/env bash
# Made the certificates in this folder: one authority that the tests trust, one that nobody trusts, and one key for all
# servers. They live until 2100, except for the expired one. Run it in an empty folder and copy the *.pem that are here.
set -e
key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }
authority() { key "$1.key"; openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 27500 -out "$1.pem"; touch "$1.index"; }
leaf() { # name, authority, alternative name, start, end
  openssl req -new -key key.pem -subj "/CN=$1" -out "$1.csr"
  printf 'basicConstraints=CA:FALSE\nsubjectAltName=%s\n' "$3" >"$1.ext"
  printf '[ca]\ndefault_ca=c\n[c]\ndatabase=%s.index\nrand_serial=yes\nnew_certs_dir=.\npolicy=p\ndefault_md=sha256\n[p]\ncommonName=supplied\n' "$2" >ca.conf
  openssl ca -batch -notext -config ca.conf -keyfile "$2.key" -cert "$2.pem" -in "$1.csr" -extfile "$1.ext" -startdate "$4" -enddate "$5" -out "$1.pem"
}
key key.pem
authority authority
authority unknown
leaf good authority IP:127.0.0.1 20260101000000Z 21010101000000Z
leaf expired authority IP:127.0.0.1 20250101000000Z 20250102000000Z
leaf other_name authority DNS:other.example 20260101000000Z 21010101000000Z
leaf of_unknown unknown IP:127.0.0.1 20260101000000Z 21010101000000Z
openssl req -x509 -new -key key.pem -subj /CN=self_signed -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -days 27500 -out self_signed.pem
