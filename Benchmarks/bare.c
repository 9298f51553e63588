// The floor that every ncurses program stands on: 12 countdowns, a bar that keys move, and nothing else.
#define _XOPEN_SOURCE_EXTENDED
#include <curses.h>
#include <locale.h>
#include <poll.h>
#include <time.h>

static int selected;

static void paint(void) {
  time_t now = time(NULL);
  for (int row = 0; row < 12; row++) {
    long left = 3600 - (now + row * 37) % 3600;
    if (row == selected) { attron(A_REVERSE); }
    mvprintw(row + 2, 2, "item %08x  project-%d  %02ld:%02ld", row * 7919, row % 3, left / 60, left % 60);
    attroff(A_REVERSE);
  }
  refresh();
}

int main(void) {
  setlocale(LC_ALL, "");
  initscr();
  cbreak();
  noecho();
  curs_set(0);
  nodelay(stdscr, TRUE);
  box(stdscr, 0, 0);
  for (;;) {
    paint();
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct pollfd input = {.fd = 0, .events = POLLIN};
    poll(&input, 1, (int)(1000 - now.tv_nsec / 1000000));
    for (int key; (key = getch()) != ERR;) {
      if (key == 'q') {
        endwin();
        return 0;
      }
      if (key == 'j') { selected = (selected + 1) % 12; }
      if (key == 'k') { selected = (selected + 11) % 12; }
    }
  }
}
