// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Base64 } from "@openzeppelin/contracts/utils/Base64.sol";
import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";
import { DeviceStatus } from "../devices/IDevices.sol";

/// @title How a key looks in a wallet: ERC-721 metadata with its image, both on chain.
/// @dev Only numbers and constants are written, so nothing has to be escaped.
library KeyImage {
    using Strings for uint256;

    struct Facts {
        uint256 key;
        bool founding;
        /// 0: activates none.
        uint256 device;
        DeviceStatus status;
    }

    /// @notice The metadata as a `data:` URI of JSON (ERC-721, OpenSea's attributes).
    function uri(Facts memory facts) internal pure returns (string memory) {
        bytes memory json = abi.encodePacked(
            '{"name":"NexQloud digital key #',
            facts.key.toString(),
            '","description":"Activates one device of the NexQloud network.","image":"data:image/svg+xml;base64,',
            Base64.encode(bytes(svg(facts))),
            '","attributes":',
            attributes(facts),
            "}"
        );
        return string.concat("data:application/json;base64,", Base64.encode(json));
    }

    function attributes(Facts memory facts) internal pure returns (string memory) {
        return string.concat(
            '[{"trait_type":"Number","display_type":"number","value":',
            facts.key.toString(),
            '},{"trait_type":"Founding","value":"',
            facts.founding ? "yes" : "no",
            '"},{"trait_type":"Device","value":"',
            facts.device == 0 ? "none" : facts.device.toString(),
            '"},{"trait_type":"Device status","value":"',
            statusName(facts.status),
            '"}]'
        );
    }

    function svg(Facts memory facts) internal pure returns (string memory) {
        return string.concat(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" font-family="sans-serif" fill="#fff">',
            '<rect width="320" height="320" rx="24" fill="',
            facts.founding ? "#3b2a6b" : "#12324a",
            '"/><g fill="none" stroke="#7fd1ff" stroke-width="14"><circle cx="112" cy="132" r="44"/>',
            '<path d="M156 132h112v40M224 132v30"/></g><text x="32" y="244" font-size="30">#',
            facts.key.toString(),
            '</text><text x="32" y="280" font-size="18" fill="#bcd">',
            facts.device == 0 ? "no device" : string.concat("device ", facts.device.toString()),
            "</text></svg>"
        );
    }

    function statusName(DeviceStatus status) internal pure returns (string memory) {
        if (status == DeviceStatus.Registered) return "registered";
        if (status == DeviceStatus.Measured) return "measured";
        if (status == DeviceStatus.Active) return "active";
        if (status == DeviceStatus.Suspended) return "suspended";
        return "none";
    }
}
