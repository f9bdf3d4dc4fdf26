# Run by infrazen_embed(): writes ${OUT}/${NAME}.{hpp,cpp} from ${FILES} (relative to ${ROOT}).
file(CONFIGURE OUTPUT "${OUT}/file.hpp" CONTENT "#pragma once
#include <string_view>
namespace iz::embedded {
struct File {
  std::string_view path;
  std::string_view content;
};
}  // namespace iz::embedded
")
file(WRITE "${OUT}/${NAME}.hpp" "#pragma once
#include <span>
#include \"embedded/file.hpp\"
namespace iz::embedded {
std::span<const File> ${NAME}();
}  // namespace iz::embedded
")
string(REPEAT "\\\\x[0-9a-f][0-9a-f]" 32 line)
set(data "")
set(table "")
set(i 0)
foreach(file IN LISTS FILES)
  file(READ "${ROOT}/${file}" hex HEX)
  string(LENGTH "${hex}" size)
  math(EXPR size "${size} / 2")
  # String literals of hex escapes compile far faster than a list of integers.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" hex "${hex}")
  string(REGEX REPLACE "(${line})" "\\1\"\n\"" hex "${hex}")
  string(APPEND data "constexpr char kContent${i}[] =\n\"${hex}\";\n")
  string(APPEND table "    {\"${file}\", {kContent${i}, ${size}}},\n")
  math(EXPR i "${i} + 1")
endforeach()
file(WRITE "${OUT}/${NAME}.cpp" "#include \"embedded/${NAME}.hpp\"
#pragma GCC diagnostic ignored \"-Woverlength-strings\"
namespace iz::embedded {
namespace {
${data}
constexpr File kFiles[] = {
${table}};
}  // namespace
std::span<const File> ${NAME}() { return kFiles; }
}  // namespace iz::embedded
")
