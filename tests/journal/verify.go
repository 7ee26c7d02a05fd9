// Verifies a journal with golang.org/x/mod's note and tlog, which know nothing of
// Gatehouse: the signature, the root from the tiles, that every record is in the
// tree, and that each archived checkpoint is a prefix of the newest.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }

// "tile/8/0/x001/234" of tlog is "tile/0/x001/234" of C2SP, whose height is always 8.
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func must(err error) {
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
}

func open(text []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	hash, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: hash}
}

func records(folder string) [][]byte {
	names, err := filepath.Glob(filepath.Join(folder, "seg-*.jsonl"))
	must(err)
	sort.Strings(names)
	var all [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		must(err)
		lines := bytes.Split(data, []byte("\n"))
		all = append(all, lines[:len(lines)-1]...)
	}
	return all
}

func main() {
	folder := os.Args[1]
	key, err := os.ReadFile(filepath.Join(folder, "log.vkey"))
	must(err)
	verifier, err := note.NewVerifier(strings.TrimSpace(string(key)))
	must(err)
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	tree := open(text, verifier)
	fmt.Println("go: the note opens with x/mod/sumdb/note")

	reader := tlog.TileHashReader(tree, tiles{folder})
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		fmt.Println("error: the root is not the signed one")
		os.Exit(1)
	}
	lines := records(folder)
	for n := int64(0); n < tree.N; n++ {
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(lines[n])))
	}
	archive, err := os.ReadFile(filepath.Join(folder, "checkpoints"))
	must(err)
	parts := strings.SplitAfter(string(archive), "\n\n")
	for i := 0; i+1 < len(parts); i += 2 {
		old := open([]byte(parts[i]+strings.TrimSuffix(parts[i+1], "\n")), verifier)
		proof, err := tlog.ProveTree(tree.N, old.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
	}
	fmt.Println(len(lines), "records,", len(parts)/2, "archived checkpoints")
	fmt.Println("go: tlog reads the tiles and finds the signed root, with proofs")
}
