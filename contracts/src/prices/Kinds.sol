// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Governed } from "../base/Governed.sol";
import { IPrices } from "./IPrices.sol";

/// @title The instance kinds and what each costs an hour.
abstract contract Kinds is IPrices, Governed {
    /// @custom:storage-location erc7201:nexqloud.storage.Kinds
    struct KindsStorage {
        mapping(uint32 id => Kind) kinds;
        /// When a kind ceased to have a price, the last time.
        mapping(uint32 id => mapping(uint40 microUsdPerHour => uint40)) endedAt;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Kinds")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant KINDS_STORAGE =
        0xbbe2d30c0811df5c97d27b06824b54e38f0ecef40a75198e8d25e7f6ac66fa00;

    /// @inheritdoc IPrices
    function listKind(uint32 id, bytes32 name, uint40 microUsdPerHour) external onlyOwner {
        Kind storage listed = _kinds().kinds[id];
        if (id == 0 || name == 0 || (listed.name != 0 && listed.name != name)) revert PricesKindInvalid(id);
        if (listed.name == 0 || listed.microUsdPerHour != microUsdPerHour) {
            _kinds().endedAt[id][listed.microUsdPerHour] = uint40(block.timestamp);
            listed.name = name;
            listed.microUsdPerHour = microUsdPerHour;
            listed.since = uint40(block.timestamp);
        }
        emit KindListed(id, name, microUsdPerHour);
    }

    /// @inheritdoc IPrices
    function kind(uint32 id) external view returns (Kind memory) {
        return _kinds().kinds[id];
    }

    /// @inheritdoc IPrices
    function rateOf(uint32 id) external view returns (uint256 microUsdPerHour, uint256 since) {
        Kind storage listed = _kinds().kinds[id];
        return (listed.microUsdPerHour, listed.since);
    }

    /// @inheritdoc IPrices
    function rateEndedAt(uint32 id, uint40 microUsdPerHour) external view returns (uint256) {
        KindsStorage storage $ = _kinds();
        return $.kinds[id].microUsdPerHour == microUsdPerHour ? 0 : $.endedAt[id][microUsdPerHour];
    }

    function _kinds() private pure returns (KindsStorage storage $) {
        assembly {
            $.slot := KINDS_STORAGE
        }
    }
}
