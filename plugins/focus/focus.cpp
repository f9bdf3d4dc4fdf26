// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/bill_sync.hpp"
#include "focus/files/globs.hpp"
#include "focus/settings.hpp"
#include <infrazen/connector.hpp>

namespace iz::focus {

class Focus final : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override { BillSync(sync, read_settings(sync.config())).run(); }

  void check(infrazen::Check& check) override {
    std::string first;
    check.attempt("settings and path", [&] {
      const Settings settings = read_settings(check.config());
      for (const infrazen::FileEntry& entry : check.files().list(kPathSetting)) {
        if (first.empty() && matches_any(settings.include, entry.path) && !matches_any(settings.exclude, entry.path))
          first = entry.path;
      }
      if (first.empty()) {
        throw infrazen::Error(infrazen::ErrorClass::config,
                              "no file below 'path' matches 'include': put a FOCUS export there, or change 'include'");
      }
    });
    if (!first.empty()) {
      check.attempt("file " + first, [&] {
        char byte = 0;
        (void)check.files().open(kPathSetting, first).read({&byte, 1});
      });
    }
  }
};

}  // namespace iz::focus

INFRAZEN_MODULE(iz::focus::Focus, "focus", "1.0.0", R"json({
  "manifest": 1,
  "id": "focus",
  "version": "1.0.0",
  "title": "FOCUS files: bills of any provider as CSV or CSV.gz, FOCUS 1.0 to 1.4",
  "provider": "focus",
  "billing_time_zone": "UTC",
  "settings": {
    "path": {"type": "path", "required": true,
      "description": "A file, or a folder that is searched with its subfolders. The daemon's user must be able to read it."},
    "delivery": {"type": "enum", "values": ["file", "folder"], "default": "file",
      "description": "file: each file replaces what it delivered before. folder: all files together are the bill; when one changes or goes, the whole set replaces the one before."},
    "include": {"type": "list", "default": ["*.csv", "*.csv.gz"],
      "description": "Names of files to read. * is anything but /, ** anything; a pattern with / is held against the whole path."},
    "exclude": {"type": "list", "default": [], "description": "Names of files not to read."},
    "version": {"type": "enum", "values": ["auto", "1.0", "1.1", "1.2", "1.3", "1.4"], "default": "auto",
      "description": "The version of FOCUS the files follow. auto: by the metadata beside them, else by their columns."},
    "null_texts": {"type": "list", "default": ["NULL", "null", "N/A", "None", "-"],
      "description": "Texts that stand for null. Each use is taken as null and counted in a finding."},
    "provider": {"type": "string",
      "description": "Put in place of the files' own provider name."},
    "delimiter": {"type": "string", "default": ",", "description": "One character, or the word tab."},
    "encoding": {"type": "enum", "values": ["utf-8", "windows-1251"], "default": "utf-8",
      "description": "With utf-8, texts that are none but read well as Windows-1251 are read as that, with a finding."}
  },
  "secrets": {},
  "streams": {
    "costs": {"interval": "1h", "incremental": "a file is read again when its size, time or inode changed and its bytes did too", "kinds": ["charge"]}
  },
  "hosts": [],
  "permissions": [{"name": "read access to 'path'", "why": "nothing is ever written there"}],
  "sensitive_fields": []
})json")
