#!/bin/sh
# An upgrade runs this of the old version after the new one is in place: then everything stays.
case "$1" in
  upgrade | 1) exit 0 ;;
esac

if [ -f '/etc/apparmor.d/${executable}' ]; then
  apparmor_parser --remove '/etc/apparmor.d/${executable}' >/dev/null 2>&1 || true
  rm -f '/etc/apparmor.d/${executable}'
fi
rm -f '/usr/bin/${executable}'
if command -v update-desktop-database >/dev/null 2>&1; then
  update-desktop-database -q /usr/share/applications || true
fi
exit 0
