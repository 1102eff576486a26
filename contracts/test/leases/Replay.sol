// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { System } from "../../src/base/System.sol";
import { ILeases } from "../../src/leases/ILeases.sol";
import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";

/// @title Stand-ins for a replay of stories that are told outside of forge: whoever replays decides the answers.
contract ReplayedDevices {
    struct Owner {
        uint256 since;
        address owner;
    }

    mapping(uint32 device => bool) public isActive;
    mapping(uint32 device => Owner[]) private owners;

    function set(uint32 device, address owner, bool active) external {
        isActive[device] = active;
        owners[device].push(Owner(block.timestamp, owner));
    }

    function areActive(uint32[] calldata devices) external view returns (bool[] memory active) {
        active = new bool[](devices.length);
        for (uint256 i = 0; i < devices.length; ++i) {
            active[i] = isActive[devices[i]];
        }
    }

    function ownersAt(uint32[] calldata devices, uint256 time)
        external
        view
        returns (address[] memory found)
    {
        found = new address[](devices.length);
        for (uint256 i = 0; i < devices.length; ++i) {
            found[i] = _ownerAt(owners[devices[i]], time);
        }
    }

    /// @dev Before its first owner a device counts as that one's.
    function _ownerAt(Owner[] storage all, uint256 time) private view returns (address owner) {
        for (uint256 i = 0; i < all.length; ++i) {
            if (i == 0 || all[i].since <= time) owner = all[i].owner;
        }
    }
}

contract ReplayedMasternodes {
    mapping(address signer => uint32) public idOf;
    mapping(uint32 masternode => address) public payeeOf;
    mapping(uint32 masternode => bool) public isActive;

    function set(uint32 masternode, address signer, address payee, bool active) external {
        (idOf[signer], payeeOf[masternode], isActive[masternode]) = (masternode, payee, active);
    }

    function activeIdOf(address signer) external view returns (uint32) {
        return isActive[idOf[signer]] ? idOf[signer] : 0;
    }
}

/// @dev Its roots are final at once, and its leaves are proven.
contract ReplayedSettlement {
    mapping(uint256 period => uint256) private acceptedAt;
    uint256 private newest;

    function settle(uint256 period) external {
        acceptedAt[period] = block.timestamp;
        if (period >= newest) newest = period + 1;
    }

    function bill(uint256 period, ILeases.Bill[] calldata bills) external {
        ILeases(System.LEASES).bill(period, bills);
    }

    function credit(uint256 period, InstanceKey instance, uint256 month, uint256 amount) external {
        ITreasury(System.TREASURY).payCredit(period, instance, month, amount);
    }

    function rootOf(uint256 period) external view returns (bytes32 root, uint256 time) {
        time = acceptedAt[period];
        root = time == 0 ? bytes32(0) : keccak256(abi.encode(period));
    }

    function newestPeriod() external view returns (bool, uint256) {
        return newest == 0 ? (false, 0) : (true, newest - 1);
    }
}
