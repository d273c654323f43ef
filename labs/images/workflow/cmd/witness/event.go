package main

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// event is one of the kernel's: something in a folder has a new name, or none any more.
type event struct {
	descriptor int32
	mask       uint32
	length     uint32
	name       string
}

// parse reads the first of some events, which come one after the other: watch
// descriptor, mask, cookie, length of the name, name filled up with zeros.
func parse(from []byte) event {
	found := event{
		descriptor: int32(binary.NativeEndian.Uint32(from[0:4])),
		mask:       binary.NativeEndian.Uint32(from[4:8]),
		length:     binary.NativeEndian.Uint32(from[12:16]),
	}
	end := min(len(from), unix.SizeofInotifyEvent+int(found.length))
	found.name = string(bytes.TrimRight(from[unix.SizeofInotifyEvent:end], "\x00"))
	return found
}
