// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Base64 back to bytes, for what a wallet would read of a `data:` address.
library Base64Decoder {
    error NotBase64(bytes1 character);

    /// @notice Decodes what follows `prefix` in `text`; `text` must start with it.
    function decodeAfter(string memory prefix, string memory text) internal pure returns (bytes memory) {
        (bytes memory head, bytes memory all) = (bytes(prefix), bytes(text));
        bytes memory body = new bytes(all.length - head.length);
        for (uint256 i = 0; i < all.length; ++i) {
            if (i >= head.length) body[i - head.length] = all[i];
            else require(all[i] == head[i], "another prefix");
        }
        return decode(body);
    }

    function decode(bytes memory text) internal pure returns (bytes memory data) {
        uint256 padding = 0;
        while (padding < text.length && text[text.length - 1 - padding] == "=") {
            ++padding;
        }
        data = new bytes((text.length / 4) * 3 - padding);
        for (uint256 i = 0; i < text.length; i += 4) {
            uint256 group = (_value(text[i]) << 18) | (_value(text[i + 1]) << 12) | (_value(text[i + 2]) << 6)
                | _value(text[i + 3]);
            for (uint256 j = 0; j < 3; ++j) {
                uint256 index = (i / 4) * 3 + j;
                if (index < data.length) data[index] = bytes1(uint8(group >> (16 - 8 * j)));
            }
        }
    }

    function _value(bytes1 character) private pure returns (uint256) {
        uint8 code = uint8(character);
        if (character >= "A" && character <= "Z") return code - 65;
        if (character >= "a" && character <= "z") return code - 71;
        if (character >= "0" && character <= "9") return code + 4;
        if (character == "+") return 62;
        if (character == "/") return 63;
        if (character == "=") return 0;
        revert NotBase64(character);
    }
}
