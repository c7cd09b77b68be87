# SPDX-License-Identifier: GPL-2.0-or-later

# DAXBUS_LIBRARY(VARIABLE, PKG-CONFIG NAME, VERSION, DEBIAN PACKAGE, [FILE])
# Finds a library or stops with the name of the package that has it. VARIABLE_VERSION and VARIABLE_FILE go into config.h.
AC_DEFUN([DAXBUS_LIBRARY], [
	PKG_CHECK_MODULES([$1], [$2 >= $3], [
		m4_ifval([$5], [AC_DEFINE([$1_FILE], ["$5"], [what dlopen() gets for $2])])
		AC_DEFINE_UNQUOTED([$1_VERSION], ["`$PKG_CONFIG --modversion $2`"], [version of $2 that was built against])
	], [
		AC_MSG_ERROR([$2 $3 or newer is missing: install the Debian package $4])
	])
])

# DAXBUS_FLAG(VARIABLE, FLAG): append FLAG to VARIABLE where the compiler takes it without a word.
AC_DEFUN([DAXBUS_FLAG], [
	AS_VAR_PUSHDEF([cache], [daxbus_cv_flag_$1_$2])
	AC_CACHE_CHECK([whether $CC takes $2], [cache], [
		daxbus_saved_cflags=$CFLAGS
		CFLAGS="$CFLAGS -Werror $2"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <string.h>]], [[char a[40]; memset(a, 1, sizeof(a)); return a[1] - 1;]])],
			[AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		CFLAGS=$daxbus_saved_cflags
	])
	AS_VAR_IF([cache], [yes], [$1="$$1 $2"])
	AS_VAR_POPDEF([cache])
])

# Warnings, hardening and the developer's build. Sets DAXBUS_CFLAGS, PROGRAM_CFLAGS, DAXBUS_LDFLAGS
# and PROGRAM_LDFLAGS.
AC_DEFUN([DAXBUS_COMPILER_FLAGS], [
	AC_ARG_ENABLE([developer],
		[AS_HELP_STRING([--enable-developer], [warnings are errors; AddressSanitizer and UndefinedBehaviorSanitizer])],
		[], [enable_developer=no])
	AC_ARG_ENABLE([werror],
		[AS_HELP_STRING([--enable-werror], [warnings are errors])], [], [enable_werror=$enable_developer])
	m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
			-Wpointer-arith -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wcast-align -Wimplicit-fallthrough
			-Wmissing-declarations -Wdeclaration-after-statement=no -Wnull-dereference -Walloca
			-fno-strict-aliasing -fvisibility=hidden],
		[DAXBUS_FLAG([DAXBUS_CFLAGS], m4_defn([flag]))])
	AS_IF([test "$enable_werror" = yes], [DAXBUS_CFLAGS="$DAXBUS_CFLAGS -Werror"])

	m4_foreach_w([flag], [-fstack-protector-strong -fstack-clash-protection -fcf-protection],
		[DAXBUS_FLAG([DAXBUS_CFLAGS], m4_defn([flag]))])
	m4_foreach_w([flag], [-Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed],
		[DAXBUS_FLAG([DAXBUS_LDFLAGS], m4_defn([flag]))])
	PROGRAM_CFLAGS=-fPIE
	PROGRAM_LDFLAGS=-pie

	AS_IF([test "$enable_developer" = yes], [
		# FORTIFY hides what the sanitizers would see, and needs optimisation.
		DAXBUS_CFLAGS="$DAXBUS_CFLAGS -U_FORTIFY_SOURCE -O1 -g3 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined"
		DAXBUS_LDFLAGS="$DAXBUS_LDFLAGS -fsanitize=address,undefined"
	], [
		DAXBUS_CFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 $DAXBUS_CFLAGS"
	])
	AM_CONDITIONAL([DEVELOPER], [test "$enable_developer" = yes])
	AC_SUBST([DAXBUS_CFLAGS])
	AC_SUBST([DAXBUS_LDFLAGS])
	AC_SUBST([PROGRAM_CFLAGS])
	AC_SUBST([PROGRAM_LDFLAGS])
])

# DAXBUS_SYSTEM_DIR(VARIABLE, PACKAGE, DIRECTORY, FILES): a directory of the system, as pkg-config knows it; below another
# prefix, DIRECTORY.
AC_DEFUN([DAXBUS_SYSTEM_DIR], [
	AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1=DIR], [where to install $4])], [$1=$withval], [
		AS_CASE([$prefix],
			[/usr|/], [$1=`$PKG_CONFIG --variable=$1 $2`
				test -n "$$1" || $1=$3],
			[$1='${prefix}$3'])
	])
	AC_SUBST([$1])
])

# DAXBUS_FILES_FOR(NAME, TOOL, DIRECTORY): --with-TOOL, which installs files for it in DIRECTORY or in that of the option
AC_DEFUN([DAXBUS_FILES_FOR], [
	AC_ARG_WITH([$2], [AS_HELP_STRING([--with-$2@<:@=DIR@:>@], [install files for $2 @<:@$3@:>@])], [], [AS_TR_SH([with_$2])=no])
	AS_IF([test "$AS_TR_SH([with_$2])" = yes], [AS_TR_SH([with_$2])=$3])
	AC_SUBST([$1_DIR], [$AS_TR_SH([with_$2])])
	AM_CONDITIONAL([WITH_$1], [test "$AS_TR_SH([with_$2])" != no])
])
