//go:build !js

package words

import "strings"

// Pseudo is English with accents, a third longer and in brackets: what is read
// without them on a page comes from elsewhere than the catalogue. It is for tests,
// and no practice offers it.
func Pseudo() Language {
	messages := Messages{}
	for _, part := range english.messages {
		for key, text := range part {
			messages[key] = "⟦" + stretched(text) + "⟧"
		}
	}
	return Language{&book{tag: "en-x-pseudo", dir: "ltr", locale: "en-US", name: "Pseudo", messages: []Messages{messages}, format: englishFormat{}}}
}

var accented = strings.NewReplacer("a", "á", "e", "é", "i", "í", "o", "ó", "u", "ú", "y", "ý", "A", "Á", "E", "É", "I", "Í", "O", "Ó", "U", "Ú", "n", "ñ", "c", "ç")

// stretched changes the words of a message, and neither the names of its
// parameters nor those of its cases.
func stretched(text string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			i = len(text)
		}
		b.WriteString(longer(text[:i]))
		if text = text[i:]; text == "" {
			break
		}
		end := closing(text, 0)
		head, cases, _ := cutCases(text[1:end])
		b.WriteString("{" + head)
		for cases != "" {
			open := strings.IndexByte(cases, '{')
			if open < 0 {
				break
			}
			shut := closing(cases, open)
			b.WriteString(cases[:open] + "{" + stretched(cases[open+1:shut]) + "}")
			cases = cases[shut+1:]
		}
		b.WriteString("}")
		text = text[end+1:]
	}
	return b.String()
}

// cutCases are a placeholder's name and kind, and the cases that are words.
func cutCases(inner string) (head, cases string, chosen bool) {
	first := strings.IndexByte(inner, ',')
	if first < 0 {
		return inner, "", false
	}
	second := strings.IndexByte(inner[first+1:], ',') + first + 2
	return inner[:second], inner[second:], true
}

// longer is a text with accents, every third word said twice.
func longer(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		words[i] = accented.Replace(word)
		if i%3 == 0 && len(word) > 3 {
			words[i] += " " + words[i]
		}
	}
	return strings.Join(words, " ")
}
