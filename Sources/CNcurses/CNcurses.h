// What Swift cannot see of curses: macros, mutable globals, and structures with opaque contents.
#pragma once

#define NCURSES_WIDECHAR 1
#if __APPLE__
#define _XOPEN_SOURCE_EXTENDED 1
#include <ncurses.h>
#else
#include <ncursesw/curses.h>
#endif

#include "ScreenOutput.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <wchar.h>

extern int wcwidth(wchar_t);

// Opens the terminal of this name on the standard streams; NULL where terminfo does not know it.
static inline SCREEN *cn_open(const char *name) {
  static FILE *output;
  if (output == NULL) output = cn_output_open();
  return newterm((char *)name, output == NULL ? stdout : output, stdin);
}

// A string capability of the terminal; NULL where it has none.
static inline const char *cn_capability(const char *name) {
  const char *value = tigetstr((char *)name);
  return value == (char *)-1 ? NULL : value;
}

// A flag of the terminal, also one that is not of the standard: RGB, say.

// Makes a pair of two colours, which may be red, green and blue in one number; -1 is the terminal's own.
static inline void cn_make_pair(int pair, int foreground, int background) {
#if NCURSES_EXT_COLORS
  init_extended_pair(pair, foreground, background);
#else
  init_pair((short)pair, (short)foreground, (short)background);
#endif
}

static inline attr_t cn_bold(void) { return A_BOLD; }
static inline attr_t cn_dim(void) { return A_DIM; }
static inline attr_t cn_reverse(void) { return A_REVERSE; }
static inline attr_t cn_underline(void) { return A_UNDERLINE; }
static inline int cn_colors(void) { return COLORS; }
static inline int cn_rows(void) { return getmaxy(stdscr); }
static inline int cn_columns(void) { return getmaxx(stdscr); }

// The terminal shows we know not what: the next update draws every cell.
static inline void cn_forget_screen(void) { clearok(curscr, TRUE); }

// Hides the cursor, which may then stay where the last change left it; false where it cannot be hidden.
static inline bool cn_hide_cursor(void) {
  bool is_hidden = curs_set(0) != ERR;
  leaveok(stdscr, is_hidden);
  return is_hidden;
}

// Puts a cursor that cannot be hidden where it is in nobody's way.
static inline void cn_park_cursor(void) { wmove(stdscr, getmaxy(stdscr) - 1, getmaxx(stdscr) - 1); }

// Fills one cell with a base character and its combining marks, which end at 0, and returns how many
// columns curses will give it. What the locale cannot show in `width` columns becomes a `?`.
static inline int cn_fill(cchar_t *cell, const uint32_t *scalars, int width, attr_t attributes, short pair) {
  wchar_t text[CCHARW_MAX + 1];
  size_t count = 0;
  while (count < CCHARW_MAX && scalars[count] != 0) {
    if (count > 0 && wcwidth((wchar_t)scalars[count]) != 0) break;
    text[count] = (wchar_t)scalars[count];
    count++;
  }
  text[count] = 0;
  int columns = text[0] >= 0x20 && text[0] < 0x7f ? 1 : wcwidth(text[0]);
  if (columns < 1 || columns > width) {
    text[0] = L'?';
    text[1] = 0;
    columns = 1;
  }
  setcchar(cell, text, attributes, pair, NULL);
  return columns;
}

static inline void cn_draw(int row, int column, const cchar_t *cells, int count) {
  mvwadd_wchnstr(stdscr, row, column, cells, count);
}

static inline void cn_erase(void) { werase(stdscr); }

// Draws what has changed.
static inline void cn_update(void) {
  cn_output_hold();
  wrefresh(stdscr);
  cn_output_release();
}
