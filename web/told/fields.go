package told

import (
	"reflect"
	"slices"
	"strings"
	"sync"
)

// field is a field of a struct, for which the embedded ones that it lies in are made.
func field(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// embedded is the struct whose fields count as those of the struct that it is
// embedded in; nil if a field is none of those.
func embedded(f reflect.StructField) reflect.Type {
	of := f.Type
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if !f.Anonymous || of.Kind() != reflect.Struct {
		return nil
	}
	return of
}

// known has the fields of the types that were met.
var known = struct {
	sync.Mutex
	fields map[reflect.Type]map[string][]int
}{fields: map[reflect.Type]map[string][]int{}}

// fieldsOf are the fields of a struct by their names in JSON, those of embedded
// structs among them, of which the outer ones count.
func fieldsOf(t reflect.Type) map[string][]int {
	known.Lock()
	defer known.Unlock()
	if named, ok := known.fields[t]; ok {
		return named
	}
	named := map[string][]int{}
	known.fields[t] = named
	type nested struct {
		of reflect.Type
		at []int
	}
	for level := []nested{{of: t}}; len(level) > 0; {
		var inner []nested
		for _, n := range level {
			for i := range n.of.NumField() {
				f := n.of.Field(i)
				index := append(slices.Clone(n.at), i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				switch of := embedded(f); {
				case f.Tag.Get("json") == "-":
				case of != nil && name == "":
					inner = append(inner, nested{of, index})
				case f.IsExported():
					if name == "" {
						name = f.Name
					}
					if _, taken := named[name]; !taken {
						named[name] = index
					}
				}
			}
		}
		level = inner
	}
	return named
}
